package app.keepsake.trash;

import app.keepsake.jobs.BackgroundTask;
import app.keepsake.storage.Library;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.function.Supplier;
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

    private final Library library;
    private final TrashRows rows;
    private final Deletion deletion;

    Expiry(Library library, TrashRows rows, Deletion deletion) {
        super("trash");
        this.library = library;
        this.rows = rows;
        this.deletion = deletion;
    }

    /** Does the first batch of an emptied trash now, and the rest in the background. */
    void empty(UUID ownerId) {
        deletion.delete(ownerId, rows.leftInEmptied(ownerId, Trash.BATCH));
        wake();
    }

    @Override
    protected Duration run() {
        if (!library.isPresent()) {
            return HOUR; // I2
        }
        for (var ownerId : rows.emptied()) {
            deleteAll(ownerId, () -> rows.leftInEmptied(ownerId, Trash.BATCH));
        }
        var age = Duration.ofDays(Trash.DAYS);
        while (rows.ownerOfExpired(age).orElse(null) instanceof UUID ownerId) {
            var count = deleteAll(ownerId, () -> rows.expired(ownerId, age, Trash.BATCH));
            log.info("{} assets of user {} were {} days in the trash", count, ownerId, Trash.DAYS);
        }
        return HOUR;
    }

    private long deleteAll(UUID ownerId, Supplier<List<UUID>> next) {
        long count = 0;
        for (var batch = next.get(); !batch.isEmpty(); batch = next.get()) {
            library.requirePresent();
            count += deletion.delete(ownerId, batch);
        }
        return count;
    }
}
