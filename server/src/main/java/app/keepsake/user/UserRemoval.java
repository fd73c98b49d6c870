package app.keepsake.user;

import app.keepsake.config.SystemConfig;
import app.keepsake.jobs.BackgroundTask;
import app.keepsake.storage.DiscardedFiles;
import app.keepsake.storage.Library;
import app.keepsake.trash.Trash;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Removes deleted accounts with all that they have: when woken, at the start and every hour. What
 * is to be done stands in the accounts' status, so it may end anywhere and begin again, on several
 * servers too (I3, I4). Rows go first, files after them, and nothing at all while the library's
 * disk is missing (I2).
 */
@Component
class UserRemoval extends BackgroundTask {

    private static final Logger log = LoggerFactory.getLogger(UserRemoval.class);
    private static final Duration HOUR = Duration.ofHours(1);

    /**
     * @param deleteDelay in days
     */
    private record Delay(int deleteDelay) {}

    private final SystemConfig config;
    private final JdbcClient jdbc;
    private final TransactionTemplate transaction;
    private final Library library;
    private final Trash trash;
    private final DiscardedFiles files;
    private final ApplicationEventPublisher events;

    UserRemoval(
            SystemConfig config,
            JdbcClient jdbc,
            TransactionTemplate transaction,
            Library library,
            Trash trash,
            DiscardedFiles files,
            ApplicationEventPublisher events) {
        super("user-removal");
        this.config = config;
        this.jdbc = jdbc;
        this.transaction = transaction;
        this.library = library;
        this.trash = trash;
        this.files = files;
        this.events = events;
    }

    @Override
    protected Duration run() {
        if (!library.isPresent()) {
            return HOUR;
        }
        jdbc.sql(
                        """
                        update "user" set status = 'removing', updated_at = now()
                        where status = 'deleted'
                            and deleted_at < now() - make_interval(days => :days)
                        """)
                .param("days", config.section("user", Delay.class).deleteDelay())
                .update();
        removing().forEach(this::remove);
        return HOUR;
    }

    private List<UUID> removing() {
        return jdbc.sql("select id from \"user\" where status = 'removing' order by deleted_at")
                .query(UUID.class)
                .list();
    }

    private void remove(UUID id) {
        do {
            trash.deleteAllOf(id);
        } while (!isRemoved(id));
        files.wake();
    }

    /** False when an upload that was under way has left an asset after all. */
    private boolean isRemoved(UUID id) {
        return Boolean.TRUE.equals(
                transaction.execute(
                        _ -> {
                            if (!lock(id)) {
                                return true; // another server was quicker
                            }
                            if (hasAssets(id)) {
                                return false;
                            }
                            discardFiles(id);
                            // All rows that are theirs go with it, and albums without an owner.
                            jdbc.sql("delete from \"user\" where id = ?").param(id).update();
                            events.publishEvent(new UserDeleted(id));
                            log.info("User {} and all that they had is removed", id);
                            return true;
                        }));
    }

    /** Whoever adds an asset changes its owner's row, so from here on waits, or is seen. */
    private boolean lock(UUID id) {
        return jdbc.sql("select id from \"user\" where id = ? and status = 'removing' for update")
                .param(id)
                .query(UUID.class)
                .optional()
                .isPresent();
    }

    private boolean hasAssets(UUID id) {
        return jdbc.sql("select exists (select from asset where owner_id = ?)")
                .param(id)
                .query(Boolean.class)
                .single();
    }

    private void discardFiles(UUID id) {
        jdbc.sql(
                        """
                        insert into discarded_file (path)
                        select profile_image_path from "user"
                            where id = :id and profile_image_path <> ''
                        union select thumbnail_path from person
                            where owner_id = :id and thumbnail_path <> ''
                        on conflict do nothing
                        """)
                .param("id", id)
                .update();
    }
}
