package app.keepsake.immich.queue;

import static org.assertj.core.api.Assertions.assertThat;

import app.keepsake.jobs.EmbedPicture;
import app.keepsake.jobs.JobProgress;
import app.keepsake.jobs.JobQueue;
import app.keepsake.jobs.WriteSidecar;
import app.keepsake.storage.Library;
import app.keepsake.support.AssetFixtures;
import app.keepsake.support.Fixtures;
import app.keepsake.support.HeldTransaction;
import app.keepsake.support.ServerTest;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.http.MediaType;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.web.servlet.assertj.MockMvcTester;
import org.springframework.test.web.servlet.assertj.MockMvcTester.MockMvcRequestBuilder;

@ServerTest
@SuppressWarnings("NullAway.Init") // set before each test
class QueueControllerTests {

    @Autowired Fixtures given;
    @Autowired MockMvcTester http;
    @Autowired JobQueue queue;
    @Autowired JobProgress progress;
    @Autowired DataSource database;
    @Autowired JdbcClient jdbc;
    @Autowired Library library;
    private String admin;

    @BeforeEach
    void signIn() {
        admin = given.bearer(given.admin());
    }

    @AfterEach
    void emptyQueue() {
        assertThat(body(http.delete(), "/api/queues/smartSearch/jobs", "{\"failed\": true}"))
                .hasStatus(204);
    }

    private MockMvcRequestBuilder get(String uri) {
        return http.get().uri(uri).header("Authorization", admin);
    }

    private MockMvcRequestBuilder body(MockMvcRequestBuilder request, String uri, String json) {
        return request.uri(uri)
                .header("Authorization", admin)
                .contentType(MediaType.APPLICATION_JSON)
                .content(json);
    }

    /** What is remembered of assets that are no more is forgotten at any moment. */
    private UUID asset() {
        return new AssetFixtures(jdbc, library).asset(given.user(), Map.of("is_offline", "true"));
    }

    @Test
    void listsAllNineteenQueues() {
        assertThat(get("/api/queues"))
                .hasStatusOk()
                .bodyJson()
                .extractingPath("$.length()")
                .isEqualTo(19);
    }

    @Test
    void showsWhatWaitsAndSinceWhenItIsPausedAsPaused() {
        var id = UUID.randomUUID();
        queue.add(new EmbedPicture(id));
        assertThat(get("/api/queues/smartSearch"))
                .bodyJson()
                .extractingPath("$.statistics.waiting")
                .isEqualTo(1);
        assertThat(body(http.put(), "/api/queues/smartSearch", "{\"isPaused\": true}"))
                .hasStatusOk()
                .bodyJson()
                .isLenientlyEqualTo(
                        """
                        {"isPaused": true, "statistics": {"waiting": 0, "paused": 1}}
                        """);
        assertThat(get("/api/queues/smartSearch/jobs?status=paused&status=failed"))
                .bodyJson()
                .isLenientlyEqualTo(
                        """
                        [{"name": "SmartSearch", "id": "%1$s", "data": {"id": "%1$s"}}]
                        """
                                .formatted(id));
        assertThat(get("/api/queues/smartSearch/jobs?status=active"))
                .bodyJson()
                .isStrictlyEqualTo("[]");
        assertThat(body(http.put(), "/api/queues/smartSearch", "{\"isPaused\": false}"))
                .bodyJson()
                .extractingPath("$.isPaused")
                .isEqualTo(false);
    }

    @Test
    void tellsHowFarAJobIs() throws Exception {
        var job = new WriteSidecar(UUID.randomUUID());
        try (var lock = new HeldTransaction(database)) {
            lock.jdbc().sql("lock table asset_exif in access exclusive mode").update();
            queue.add(job);
            lock.awaitWaiter();
            assertThat(get("/api/queues/sidecar/jobs?status=active"))
                    .bodyJson()
                    .doesNotHavePath("$[0].data.progress");
            progress.tell(job, 0.25);
            assertThat(get("/api/queues/sidecar/jobs?status=active"))
                    .bodyJson()
                    .isLenientlyEqualTo(
                            """
                            [{"id": "%1$s", "data": {"id": "%1$s", "progress": 0.25}}]
                            """
                                    .formatted(job.subjectId()));
        }
    }

    @Test
    void tellsWhyAJobFailed() {
        var id = asset();
        jdbc.sql(
                        """
                        insert into job_attempt
                            (kind, subject_id, queue, attempts, last_error, failed_at)
                        values ('clip.embed', ?, 'smartSearch', 3, 'no model', now())
                        """)
                .param(id)
                .update();
        assertThat(get("/api/queues/smartSearch/jobs?status=failed"))
                .bodyJson()
                .isLenientlyEqualTo(
                        """
                        [{"id": "%1$s", "data": {"id": "%1$s", "error": "no model"}}]
                        """
                                .formatted(id));
    }

    /** After a return to an older version. */
    @Test
    void listsWhatItKnowsAmongWorkThatItDoesNot() {
        var id = asset();
        for (var kind : List.of("clip.embed", "future.dream")) {
            jdbc.sql(
                            """
                            insert into job_attempt
                                (kind, subject_id, queue, attempts, last_error, failed_at)
                            values (?, ?, 'smartSearch', 3, 'no model', now())
                            """)
                    .params(kind, id)
                    .update();
        }
        assertThat(get("/api/queues/smartSearch/jobs?status=failed"))
                .hasStatusOk()
                .bodyJson()
                .extractingPath("$[*].name")
                .isEqualTo(List.of("SmartSearch"));
    }

    @Test
    void keepsFailuresWhenAQueueIsEmptiedUnlessToldOtherwise() {
        jdbc.sql(
                        """
                        insert into job_attempt
                            (kind, subject_id, queue, attempts, last_error, failed_at)
                        values ('clip.embed', ?, 'smartSearch', 3, 'no model', now())
                        """)
                .param(asset())
                .update();
        queue.add(new EmbedPicture(UUID.randomUUID()));
        assertThat(body(http.delete(), "/api/queues/smartSearch/jobs", "{}")).hasStatus(204);
        assertThat(get("/api/queues/smartSearch"))
                .bodyJson()
                .isLenientlyEqualTo("{\"statistics\": {\"waiting\": 0, \"failed\": 1}}");
        assertThat(body(http.delete(), "/api/queues/smartSearch/jobs", "{\"failed\": true}"))
                .hasStatus(204);
        assertThat(get("/api/queues/smartSearch"))
                .bodyJson()
                .isLenientlyEqualTo("{\"statistics\": {\"failed\": 0}}");
    }

    @Test
    void refusesAnUnknownQueueAndOtherPeople() {
        assertThat(get("/api/queues/nonsense")).hasStatus(400);
        assertThat(get("/api/queues/smartSearch/jobs?status=nonsense")).hasStatus(400);
        admin = given.bearer(given.user());
        assertThat(get("/api/queues")).hasStatus(403);
        assertThat(body(http.put(), "/api/queues/smartSearch", "{\"isPaused\": true}"))
                .hasStatus(403);
        admin = given.bearer(given.admin());
    }
}
