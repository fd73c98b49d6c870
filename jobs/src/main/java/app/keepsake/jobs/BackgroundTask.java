package app.keepsake.jobs;

import java.time.Duration;
import org.springframework.context.SmartLifecycle;

/** A {@link Loop} that lives as long as the application. */
public abstract class BackgroundTask implements SmartLifecycle {

    private final Loop loop;
    private volatile boolean running;

    /**
     * @param name its thread's
     */
    protected BackgroundTask(String name) {
        loop = new Loop(name, this::run);
    }

    /** One round; the answer is how long to wait for the next, unless {@link #wake} is called. */
    protected abstract Duration run() throws Exception;

    /** Starts a round now, or one more after the present one. */
    public void wake() {
        loop.wake();
    }

    @Override
    public void start() {
        running = true;
        loop.start();
    }

    @Override
    public void stop() {
        running = false;
        loop.close();
    }

    @Override
    public boolean isRunning() {
        return running;
    }
}
