package app.keepsake.worker.image;

import app.keepsake.jobs.TookTooLong;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stops one decode that takes too long. What should stop it is set with {@link #onExpiry}, and is
 * never called once this is closed.
 */
final class TimeLimit implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(TimeLimit.class);

    private static final ScheduledExecutorService CLOCK =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().daemon().name("decode-time-limit").factory());

    /** How long a decoder may take to notice that it is to stop. */
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private final Duration limit;
    private final ScheduledFuture<?> soft;
    private final ScheduledFuture<?> hard;
    private @Nullable Runnable stop;
    private boolean expired;
    private boolean closed;

    TimeLimit(Duration limit, String what) {
        this.limit = limit;
        soft = CLOCK.schedule(this::expire, limit.toMillis(), TimeUnit.MILLISECONDS);
        hard =
                CLOCK.schedule(
                        () -> end(what), limit.plus(PATIENCE).toMillis(), TimeUnit.MILLISECONDS);
    }

    /** What stops the decode. Called at once if time is up already. */
    synchronized void onExpiry(Runnable stop) {
        this.stop = stop;
        if (expired) {
            stop.run();
        }
    }

    /** Throws if time is up. */
    synchronized void check() throws TookTooLong {
        if (expired) {
            throw new TookTooLong(
                    "Decoding took longer than %s (keepsake.image.time-limit)".formatted(limit));
        }
    }

    private synchronized void expire() {
        expired = true;
        if (stop != null && !closed) {
            stop.run();
        }
    }

    /** A native decoder cannot be stopped from outside; whatever started the worker restarts it. */
    private void end(String what) {
        log.error(
                "Decoding {} does not stop, {} after its limit of {}: the worker ends here, to be"
                        + " started again",
                what,
                PATIENCE,
                limit);
        Runtime.getRuntime().halt(70);
    }

    @Override
    public synchronized void close() {
        closed = true;
        stop = null;
        soft.cancel(false);
        hard.cancel(false);
    }
}
