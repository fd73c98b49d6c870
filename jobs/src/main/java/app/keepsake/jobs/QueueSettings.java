package app.keepsake.jobs;

import java.util.EnumMap;
import java.util.Map;
import org.springframework.jdbc.core.simple.JdbcClient;

/** What an admin has set for a queue, in table {@code job_queue}. */
record QueueSettings(boolean isPaused, int concurrency) {

    static final QueueSettings DEFAULT = new QueueSettings(false, 1);

    private record Row(String name, boolean isPaused, int concurrency) {}

    static Map<QueueName, QueueSettings> read(JdbcClient jdbc) {
        var settings = new EnumMap<QueueName, QueueSettings>(QueueName.class);
        for (var row :
                jdbc.sql("select name, is_paused, concurrency from job_queue")
                        .query(Row.class)
                        .list()) {
            QueueName.parse(row.name)
                    .ifPresent(
                            queue ->
                                    settings.put(
                                            queue,
                                            new QueueSettings(row.isPaused, row.concurrency)));
        }
        return settings;
    }
}
