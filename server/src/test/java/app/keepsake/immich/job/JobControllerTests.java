package app.keepsake.immich.job;

import static org.assertj.core.api.Assertions.assertThat;

import app.keepsake.auth.Permission;
import app.keepsake.support.Fixtures;
import app.keepsake.support.ServerTest;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.http.MediaType;
import org.springframework.test.web.servlet.assertj.MockMvcTester;
import org.springframework.test.web.servlet.assertj.MvcTestResult;

@ServerTest
@SuppressWarnings("NullAway.Init") // set before each test
class JobControllerTests {

    @Autowired Fixtures given;
    @Autowired MockMvcTester http;
    private String key;

    @BeforeEach
    void makeKey() {
        key = given.apiKey(given.admin(), Permission.JOB_READ, Permission.JOB_CREATE);
    }

    private MvcTestResult command(String queue, String json) {
        return http.put()
                .uri("/api/jobs/" + queue)
                .header("x-api-key", key)
                .contentType(MediaType.APPLICATION_JSON)
                .content(json)
                .exchange();
    }

    @Test
    void listsTheQueuesByName() {
        assertThat(http.get().uri("/api/jobs").header("x-api-key", key))
                .hasStatusOk()
                .bodyJson()
                .extractingPath("$.length()")
                .isEqualTo(19);
    }

    /** What immich-go does around an upload. */
    @Test
    void pausesAndResumesForAnUploader() {
        for (var queue : new String[] {"videoConversion", "smartSearch"}) {
            assertThat(command(queue, "{\"command\": \"pause\", \"force\": true}"))
                    .hasStatusOk()
                    .bodyJson()
                    .extractingPath("$.queueStatus.isPaused")
                    .isEqualTo(true);
            assertThat(command(queue, "{\"command\": \"resume\", \"force\": true}"))
                    .hasStatusOk()
                    .bodyJson()
                    .extractingPath("$.queueStatus.isPaused")
                    .isEqualTo(false);
        }
    }

    @Test
    void saysThatItCannotRunAQueueYet() {
        assertThat(command("workflow", "{\"command\": \"start\", \"force\": false}"))
                .hasStatus(400)
                .bodyJson()
                .extractingPath("$.message")
                .isEqualTo("Keepsake cannot run workflow yet");
    }

    @Test
    void clearsFailuresAndEmpties() {
        assertThat(command("smartSearch", "{\"command\": \"clear-failed\"}"))
                .hasStatusOk()
                .bodyJson()
                .extractingPath("$.jobCounts.failed")
                .isEqualTo(0);
        assertThat(command("smartSearch", "{\"command\": \"empty\"}"))
                .hasStatusOk()
                .bodyJson()
                .extractingPath("$.jobCounts.waiting")
                .isEqualTo(0);
    }

    @Test
    void refusesWhatItDoesNotKnow() {
        assertThat(command("nonsense", "{\"command\": \"pause\"}")).hasStatus(400);
        assertThat(command("smartSearch", "{\"command\": \"dance\"}")).hasStatus(400);
        assertThat(command("smartSearch", "{}")).hasStatus(400);
        key = given.apiKey(given.admin(), Permission.JOB_READ);
        assertThat(command("smartSearch", "{\"command\": \"pause\"}")).hasStatus(403);
        key = given.apiKey(given.user(), Permission.ALL);
        assertThat(command("smartSearch", "{\"command\": \"pause\"}")).hasStatus(403);
    }
}
