package app.keepsake.settings;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.event.EventListener;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Which versions of the API this installation has spoken, and since when. */
@Component
public class VersionHistory {

    /** A version's first start. */
    public record Entry(UUID id, Instant createdAt, String version) {}

    private final JdbcClient jdbc;

    VersionHistory(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** At each start, of each server. */
    @EventListener(ApplicationReadyEvent.class)
    void record() {
        jdbc.sql("insert into version_history (version) values (?) on conflict do nothing")
                .param(ApiVersion.CURRENT.toString())
                .update();
    }

    /** Newest first. */
    public List<Entry> all() {
        return jdbc.sql(
                        "select id, created_at, version from version_history order by created_at desc")
                .query(Entry.class)
                .list();
    }
}
