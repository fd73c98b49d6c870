package app.keepsake.jobs;

import app.keepsake.support.TestServices;
import java.time.Duration;
import java.util.Map;
import org.springframework.jdbc.core.simple.JdbcClient;

/** A worker for the server's tests: a real runner with the test's own handlers. */
public final class TestWorker implements AutoCloseable {

    /** As in production, but a test need not wait for it. */
    static final Timing QUICK =
            new Timing(
                    Duration.ofMillis(1500),
                    Duration.ofMillis(20),
                    Duration.ofMillis(500),
                    Duration.ofMillis(300));

    private final Redis redis;
    private final JobRunner runner;

    private TestWorker(JdbcClient jdbc, Map<Class<? extends Job>, JobHandler<?>> handlers) {
        redis = new Redis(TestServices.get("KEEPSAKE_REDIS_URL"), "test-worker");
        runner =
                new JobRunner(
                        redis,
                        jdbc,
                        handlers,
                        "test-worker",
                        QUICK,
                        Thread.ofPlatform().daemon().factory(),
                        Budget.UNLIMITED);
        runner.start();
    }

    public static TestWorker start(
            JdbcClient jdbc, Map<Class<? extends Job>, JobHandler<?>> handlers) {
        return new TestWorker(jdbc, handlers);
    }

    /** Redis loses all that it knows. */
    public void flushRedis() {
        redis.commands().flushall();
    }

    @Override
    public void close() {
        runner.stop();
        redis.close();
    }
}
