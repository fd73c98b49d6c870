package app.keepsake.jobs;

import static app.keepsake.jobs.Scene.await;
import static org.assertj.core.api.Assertions.assertThat;

import app.keepsake.jobs.Presence.Doing;
import app.keepsake.jobs.WorkerState.Machine;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What servers and workers tell each other, and for how long it counts. */
class PresenceTests {

    private static final Duration LONG = Duration.ofHours(1);
    private static final Duration SHORT = Duration.ofMillis(20);

    private final Scene scene = new Scene();

    @AfterEach
    void close() throws Exception {
        scene.close();
    }

    @Test
    void countsPeopleOnceHoweverManyServersSeeThem() {
        var here = new Presence(scene.redis, LONG);
        var there = new Presence(scene.closing(scene.connect("other")), LONG);
        here.say(Doing.VIEWING, "ana");
        there.say(Doing.VIEWING, "ana");
        there.say(Doing.VIEWING, "ben");
        there.say(Doing.UPLOADING, "ben");
        assertThat(here.count(Doing.VIEWING)).isEqualTo(2);
        assertThat(here.count(Doing.UPLOADING)).isEqualTo(1);
    }

    @Test
    void nobodyIsHeldBackForLongByAServerThatDied() {
        var dead = new Presence(scene.redis, SHORT);
        dead.say(Doing.VIEWING, "ana");
        dead.say(Doing.UPLOADING, "ana");
        var other = new Presence(scene.redis, LONG);
        other.say(Doing.VIEWING, "ben");
        await(() -> other.count(Doing.VIEWING) == 1 && other.count(Doing.UPLOADING) == 0);
        dead.say(Doing.VIEWING, "ben"); // and what is said again counts again
        assertThat(scene.rawRedis().smembers("keepsake:viewing")).containsExactly("ben");
    }

    @Test
    void aWorkerIsSeenAsItSaysAndForgottenWhenItSaysNoMore() {
        var living = new Workers(scene.redis, LONG);
        var dying = new Workers(scene.redis, SHORT);
        var pi = state("2", "pi");
        living.say(pi);
        dying.say(state("1", "pc"));
        await(() -> living.all().equals(List.of(pi)));
        living.leave("2");
        assertThat(living.all()).isEmpty();
    }

    private static WorkerState state(String id, String name) {
        return new WorkerState(
                id,
                name,
                WorkerState.Pace.PICTURES,
                1,
                4,
                List.of(new WorkerState.Reason("hot", "The processor is at 81 °C")),
                List.of("smartSearch"),
                List.of("smartSearch"),
                Map.of("thumbnailGeneration", 1L),
                new Machine(81.5, null, null, 12.0, 0.5, 1L << 30, 8L << 30, List.of("throttled")),
                "22:00-07:00",
                "Europe/Rome",
                Instant.parse("2024-05-06T07:08:09Z"));
    }
}
