package app.keepsake.jobs;

import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The server's side of the stream {@code done}: hands each report to the listener, then ends it.
 */
final class DoneReports extends BackgroundTask {

    private static final Logger log = LoggerFactory.getLogger(DoneReports.class);
    private static final String STREAM = "keepsake:jobs:done";
    private static final String GROUP = "servers";

    private final Redis redis;
    private final JobListener listener;
    private final String consumer;
    private final Timing timing;

    DoneReports(Redis redis, JobListener listener, String consumer, Timing timing) {
        super("job-reports");
        this.redis = redis;
        this.listener = listener;
        this.consumer = consumer;
        this.timing = timing;
    }

    @Override
    public void start() {
        redis.listen(STREAM, message -> wake());
        redis.onReady(this::wake);
        super.start();
    }

    @Override
    protected Duration run() {
        while (true) {
            var reports =
                    redis.list(
                            Script.REPORTS,
                            List.of(),
                            consumer,
                            String.valueOf(timing.claim().toMillis()));
            if (reports.isEmpty()) {
                return timing.check(); // for reports that another server left behind
            }
            for (var report : reports) {
                hear((List<?>) report);
            }
        }
    }

    private void hear(List<?> report) {
        var entry = (String) report.get(0);
        var job = (String) report.get(1);
        var lane = Lane.parse((String) report.get(2));
        try {
            Kind.parse(job).ifPresent(known -> listener.finished(known, lane));
        } catch (RuntimeException e) {
            log.warn("The end of {} could not be dealt with; it is heard again", job, e);
            return;
        }
        // Should the server die in between, it is heard twice, which is harmless (I4).
        var commands = redis.commands();
        commands.xack(STREAM, GROUP, entry);
        commands.xdel(STREAM, entry);
    }
}
