package app.keepsake.jobs;

import static app.keepsake.jobs.Scene.await;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class LoopTests {

    @Test
    void goesOnAfterAnError() {
        var rounds = new AtomicInteger();
        try (var loop =
                new Loop(
                        "test",
                        () -> {
                            if (rounds.incrementAndGet() == 1) {
                                throw new UnsatisfiedLinkError("no such library");
                            }
                            return Duration.ofDays(1);
                        })) {
            loop.start();
            await(() -> rounds.get() == 2);
        }
    }
}
