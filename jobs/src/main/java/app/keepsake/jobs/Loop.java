package app.keepsake.jobs;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A thread that sleeps until it is woken or its time has come. What it does may fail, since Redis
 * and Postgres come and go: it is then tried again soon, and the log says so once.
 */
public final class Loop implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Loop.class);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(500);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);

    /** One round; returns how long to sleep at most before the next. */
    @FunctionalInterface
    public interface Round {
        Duration run() throws Exception;
    }

    private final Round round;
    private final Semaphore wake = new Semaphore(0);
    private final Thread thread;
    private volatile boolean closed;

    public Loop(String name, Round round) {
        this.round = round;
        thread = Thread.ofPlatform().name(name).daemon().unstarted(this::run);
    }

    public void start() {
        thread.start();
    }

    /** Starts a round now, or one more after the present one. */
    public void wake() {
        wake.release();
    }

    private void run() {
        var pause = FIRST_PAUSE;
        while (!closed) {
            try {
                Duration sleep;
                try {
                    sleep = round.run();
                    pause = FIRST_PAUSE;
                } catch (InterruptedException e) {
                    throw e;
                } catch (Throwable e) { // also an Error: nobody would start the thread again
                    if (pause.equals(FIRST_PAUSE)) {
                        log.warn("{} failed and goes on trying", thread.getName(), e);
                    }
                    sleep = pause;
                    pause = min(pause.multipliedBy(2), LONGEST_PAUSE);
                }
                var woken = wake.tryAcquire(sleep.toNanos(), TimeUnit.NANOSECONDS);
                if (woken) {
                    wake.drainPermits();
                }
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private static Duration min(Duration a, Duration b) {
        return a.compareTo(b) < 0 ? a : b;
    }

    /**
     * Ends the thread, and waits for the end of its round, which nothing interrupts: a reply from
     * Redis that nobody reads is a job that nobody runs.
     */
    @Override
    public void close() {
        closed = true;
        wake();
        try {
            thread.join(Duration.ofSeconds(10));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
