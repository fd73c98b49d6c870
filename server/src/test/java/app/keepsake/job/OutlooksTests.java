package app.keepsake.job;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import app.keepsake.jobs.EmbedPicture;
import app.keepsake.jobs.QueueName;
import app.keepsake.jobs.WorkerState;
import app.keepsake.jobs.WorkerState.Machine;
import app.keepsake.jobs.WorkerState.Pace;
import app.keepsake.jobs.WorkerState.Reason;
import app.keepsake.jobs.Workers;
import app.keepsake.support.Form;
import app.keepsake.support.RawConnection;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.web.servlet.assertj.MockMvcTester;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What administrators see of the background work. */
class OutlooksTests extends JobTest {

    private static final String PI = "11111111-1111-4111-8111-111111111111";
    private static final String PC = "22222222-2222-4222-8222-222222222222";

    @Autowired MockMvcTester http;
    @Autowired Workers workers;
    @LocalServerPort int port;

    @AfterEach
    void workersLeave() {
        workers.leave(PI);
        workers.leave(PC);
    }

    private JsonNode get() {
        try {
            var answer =
                    http.get()
                            .uri("/api/keepsake/governor")
                            .header("Authorization", given.bearer(admin))
                            .exchange()
                            .getResponse();
            assertThat(answer.getStatus()).isEqualTo(200);
            return JsonMapper.shared().readTree(answer.getContentAsString());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static JsonNode queue(JsonNode outlook, String name) {
        for (var queue : outlook.path("queues")) {
            if (queue.path("name").asString().equals(name)) {
                return queue;
            }
        }
        throw new AssertionError("no queue " + name);
    }

    private JsonNode smartSearch() {
        return queue(get(), "smartSearch");
    }

    private void say(String id, List<String> resting, @Nullable String hours, Reason... reasons) {
        workers.say(
                new WorkerState(
                        id,
                        id.equals(PI) ? "pi" : "pc",
                        resting.isEmpty() ? Pace.FULL : Pace.PICTURES,
                        resting.isEmpty() ? 4 : 1,
                        4,
                        List.of(reasons),
                        List.of("thumbnailGeneration", "smartSearch"),
                        resting,
                        Map.of("thumbnailGeneration", 1L),
                        new Machine(81.5, null, null, null, 2.5, 1L << 30, 8L << 30, List.of()),
                        hours,
                        "UTC",
                        Instant.now()));
    }

    /** Jobs that nobody takes. */
    private void backlog(int jobs) {
        worker.close();
        for (int i = 0; i < jobs; i++) {
            queue.add(new EmbedPicture(UUID.randomUUID()));
        }
    }

    private void measure() {
        var before = ran.size();
        assets(3, "photo", true).forEach(id -> queue.add(new EmbedPicture(id)));
        await(() -> ran.size() >= before + 3);
        await(() -> queue.paces().containsKey(QueueName.SMART_SEARCH));
    }

    @Test
    void isForAdministratorsOnly() {
        assertThat(
                        http.get()
                                .uri("/api/keepsake/governor")
                                .header("Authorization", given.bearer(given.user())))
                .hasStatus(403);
    }

    @Test
    void showsWhatEachWorkerDoesAndWhy() {
        say(PC, List.of(), null);
        say(PI, List.of("smartSearch"), null, new Reason("hot", "The processor is at 81 °C"));
        var shown = get().path("workers");
        assertThat(shown.size()).isEqualTo(2);
        assertThat(shown.get(0).path("name").asString()).isEqualTo("pc");
        assertThat(shown.get(0).path("pace").asString()).isEqualTo("full");
        var pi = shown.get(1);
        assertThat(pi.path("pace").asString()).isEqualTo("pictures");
        assertThat(pi.at("/reasons/0/text").asString()).isEqualTo("The processor is at 81 °C");
        assertThat(pi.at("/machine/temperature").asDouble()).isEqualTo(81.5);
        assertThat(pi.at("/machine/cpuPressure").isNull()).isTrue();
        assertThat(pi.at("/running/thumbnailGeneration").asInt()).isEqualTo(1);
    }

    @Test
    void whatIsLeftIsDoneAtThePaceThatWasMeasured() {
        measure();
        say(PI, List.of(), null);
        backlog(2000);
        var queue = smartSearch();
        assertThat(queue.path("state").asString()).isEqualTo("working");
        assertThat(queue.path("left").asInt()).isEqualTo(2000);
        var jobsAnHour = queue.path("perHour").asDouble();
        var left = Duration.between(Instant.now(), Instant.parse(queue.path("doneAt").asString()));
        assertThat(jobsAnHour).isPositive();
        // What 2000 jobs take at this pace, but for the moments since.
        var all = Math.round(2000L * 3_600_000 / jobsAnHour);
        assertThat(left.toMillis()).isBetween(all / 2, all + 1);
        assertThat(queue.path("why").isNull()).isTrue();
    }

    @Test
    void nobodyKnowsWhenItIsDoneWhileEveryWorkerIsTooHot() {
        measure();
        backlog(5);
        say(PI, List.of("smartSearch"), null, new Reason("hot", "The processor is at 81 °C"));
        var queue = smartSearch();
        assertThat(queue.path("state").asString()).isEqualTo("waiting");
        assertThat(queue.path("why").asString()).contains("81 °C");
        assertThat(queue.path("doneAt").isNull()).isTrue();
        say(PC, List.of(), null); // another one helps
        queue = smartSearch();
        assertThat(queue.path("state").asString()).isEqualTo("working");
        assertThat(queue.path("doneAt").isNull()).isFalse();
    }

    @Test
    void whatWaitsForItsHoursIsDoneInThem() {
        measure();
        backlog(5);
        var soon = Instant.now().plus(Duration.ofHours(2));
        var hours = "%1$tH:00-%2$tH:00";
        var utc = soon.atZone(ZoneOffset.UTC);
        say(
                PI,
                List.of("smartSearch"),
                hours.formatted(utc, utc.plusHours(1)),
                new Reason("hours", "Models and films wait for their hours"));
        var queue = smartSearch();
        assertThat(queue.path("state").asString()).isEqualTo("waiting");
        var doneAt = Instant.parse(queue.path("doneAt").asString()).atZone(ZoneOffset.UTC);
        assertThat(doneAt.getHour()).isEqualTo(utc.getHour());
    }

    @Test
    void saysThatNoWorkerRunsThatAQueueIsPausedAndThatNothingIsLeft() {
        backlog(2);
        var queue = smartSearch();
        assertThat(queue.path("state").asString()).isEqualTo("waiting");
        assertThat(queue.path("why").asString()).isEqualTo("No worker is running");
        say(PI, List.of(), null);
        jobs.pause(admin, QueueName.SMART_SEARCH);
        queue = smartSearch();
        assertThat(queue.path("state").asString()).isEqualTo("paused");
        assertThat(queue.path("doneAt").isNull()).isTrue();
        jobs.empty(admin, QueueName.SMART_SEARCH);
        assertThat(smartSearch().path("state").asString()).isEqualTo("idle");
    }

    @Test
    void workersAreToldOfAnUploadAsLongAsItRuns() throws Exception {
        var form = Form.photo("photo.jpg", "pixels".getBytes(UTF_8));
        var bytes = form.bytes();
        try (var phone = new RawConnection(port)) {
            phone.send(
                    """
                    POST /api/assets HTTP/1.1\r
                    Host: localhost\r
                    Authorization: %s\r
                    Content-Type: %s\r
                    Content-Length: %d\r
                    \r
                    """
                            .formatted(
                                    given.bearer(given.user()), form.contentType(), bytes.length));
            phone.send(bytes, 0, bytes.length / 2);
            await(() -> get().path("uploading").asInt() > 0);
            phone.send(bytes, bytes.length / 2, bytes.length);
            assertThat(phone.readAnswer()).startsWith("HTTP/1.1 201");
        }
    }

    @Test
    void workersAreToldOfThoseWhoLookAtPhotos() {
        assertThat(
                        http.get()
                                .uri("/api/timeline/buckets")
                                .header("Authorization", given.bearer(given.user())))
                .hasStatusOk();
        await(() -> get().path("viewing").asInt() > 0);
    }
}
