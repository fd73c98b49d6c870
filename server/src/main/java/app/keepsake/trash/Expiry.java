package app.keepsake.trash;

import app.keepsake.config.SystemConfig;
import app.keepsake.jobs.BackgroundTask;
import app.keepsake.storage.Library;
import java.time.Duration;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Deletes, every hour, what has lain in the trash for too long, and what is left of trashes that
 * were emptied. Several servers may do it at once: the lock on an owner, and on rows, keeps their
 * batches apart.
 */
@Component
class Expiry extends BackgroundTask {

    private static final Logger log = LoggerFactory.getLogger(Expiry.class);
    private static final Duration HOUR = Duration.ofHours(1);

    private final SystemConfig config;
    private final Library library;
    private final TrashRows rows;
    private final Deletion deletion;

    Expiry(SystemConfig config, Library library, TrashRows rows, Deletion deletion) {
        super("trash");
        this.config = config;
        this.library = library;
        this.rows = rows;
        this.deletion = deletion;
    }

    /** Does the first batch of an emptied trash now, and the rest in the background. */
    void empty(UUID ownerId) {
        rows.ordered(ownerId)
                .ifPresent(
                        order ->
                                deletion.delete(
                                        ownerId, rows.find(ownerId, order, Trash.BATCH), order));
        wake();
    }

    @Override
    protected Duration run() {
        if (!library.isPresent()) {
            return HOUR; // I2
        }
        for (var ownerId : rows.emptied()) {
            if (rows.ordered(ownerId).orElse(null) instanceof Trashed order) {
                deleteAll(ownerId, order);
                rows.carriedOut(ownerId, order);
            }
        }
        var time = config.section("trash", TrashConfig.class).time();
        var expired = rows.expired(time);
        while (rows.anOwnerOf(expired).orElse(null) instanceof UUID ownerId) {
            var count = deleteAll(ownerId, expired);
            log.info(
                    "{} assets of user {} were {} days in the trash",
                    count,
                    ownerId,
                    time.toDays());
        }
        return HOUR;
    }

    private long deleteAll(UUID ownerId, Trashed trashed) {
        long count = 0;
        var batch = rows.find(ownerId, trashed, Trash.BATCH);
        while (!batch.isEmpty()) {
            library.requirePresent();
            count += deletion.delete(ownerId, batch, trashed);
            batch = rows.find(ownerId, trashed, Trash.BATCH);
        }
        return count;
    }
}
