package app.keepsake.settings;

import app.keepsake.config.SystemConfig;
import org.springframework.context.annotation.Bean;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * What of the system config is kept: in one row of {@code system_metadata} what differs from the
 * defaults. How many jobs of a queue run at a time has its one place in {@code job_queue}, where
 * runners look.
 */
@Component
class ConfigRows {

    private static final String KEY = "system-config";

    private final JdbcClient jdbc;
    private final JsonMapper json;

    ConfigRows(JdbcClient jdbc, JsonMapper json) {
        this.jdbc = jdbc;
        this.json = json;
    }

    /** All that administrators and the environment have changed. */
    @Bean
    static SystemConfig systemConfig(ConfigRows rows, EnvironmentConfig environment) {
        return new SystemConfig(() -> environment.over(rows.read()));
    }

    ObjectNode read() {
        var changes =
                jdbc.sql(
                                """
                                select (coalesce((select value from system_metadata where key = :key),
                                        '{}')
                                    || jsonb_build_object('job', (select jsonb_object_agg(name,
                                            jsonb_build_object('concurrency', concurrency))
                                        from job_queue)))::text
                                """)
                        .param("key", KEY)
                        .query(String.class)
                        .single();
        return (ObjectNode) json.readTree(changes);
    }

    void write(ObjectNode changes) {
        if (changes.isEmpty()) {
            jdbc.sql("delete from system_metadata where key = ?").param(KEY).update();
            return;
        }
        jdbc.sql(
                        """
                        insert into system_metadata (key, value) values (:key, :value::jsonb)
                        on conflict (key) do update set value = excluded.value
                        """)
                .param("key", KEY)
                .param("value", json.writeValueAsString(changes))
                .update();
    }

    /**
     * @param jobs by the queues' names
     */
    void writeConcurrency(JsonNode jobs) {
        jdbc.sql(
                        """
                        insert into job_queue (name, concurrency)
                        select key, (value ->> 'concurrency')::int from jsonb_each(:jobs::jsonb)
                        on conflict (name) do update set concurrency = excluded.concurrency
                        """)
                .param("jobs", json.writeValueAsString(jobs))
                .update();
    }
}
