package app.keepsake.trash;

import app.keepsake.asset.AssetsRestored;
import app.keepsake.asset.AssetsTrashed;
import app.keepsake.auth.Access;
import app.keepsake.auth.Caller;
import app.keepsake.auth.Permission;
import app.keepsake.config.SystemConfig;
import app.keepsake.problem.Problem;
import app.keepsake.storage.Library;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import java.util.stream.Gatherers;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Puts assets into the trash, takes them out, and deletes them for good: by their owner's word, or
 * when they have lain in the trash for as long as administrators say. Nothing is deleted for good
 * while the library's disk is missing (I2).
 *
 * <p>What may be much is done in batches, each a short transaction. If the server ends between two,
 * those that are not done yet are as they were.
 */
@Component
public class Trash {

    static final int BATCH = 500;

    private final SystemConfig config;
    private final Access access;
    private final Library library;
    private final TrashRows rows;
    private final Deletion deletion;
    private final Expiry expiry;
    private final TransactionTemplate transaction;
    private final ApplicationEventPublisher events;

    Trash(
            SystemConfig config,
            Access access,
            Library library,
            TrashRows rows,
            Deletion deletion,
            Expiry expiry,
            TransactionTemplate transaction,
            ApplicationEventPublisher events) {
        this.config = config;
        this.access = access;
        this.library = library;
        this.rows = rows;
        this.deletion = deletion;
        this.expiry = expiry;
        this.transaction = transaction;
        this.events = events;
    }

    /**
     * Puts the caller's assets into the trash, all or none; those that are in it stay there. Where
     * administrators want no trash they are deleted for good.
     */
    public void add(Caller caller, Collection<UUID> ids) {
        if (!config.section("trash", TrashConfig.class).enabled()) {
            delete(caller, ids);
            return;
        }
        access.requireAssets(caller, Permission.ASSET_DELETE, ids);
        inBatches(
                ids,
                batch ->
                        changed(
                                rows.add(caller.userId(), batch),
                                trashed -> new AssetsTrashed(caller.userId(), trashed)));
    }

    /** Takes the caller's assets out of the trash; returns how many were in it. */
    public long restore(Caller caller, Collection<UUID> ids) {
        access.requireAssets(caller, Permission.ASSET_DELETE, ids);
        return inBatches(
                ids,
                batch ->
                        changed(
                                rows.restore(batch),
                                restored -> new AssetsRestored(caller.userId(), restored)));
    }

    /** Takes all that the caller sees in the trash out of it; returns how much that was. */
    public long restoreAll(Caller caller) {
        long count = 0;
        List<UUID> batch;
        while (!(batch = rows.trashed(caller.userId(), caller.isElevated(), BATCH)).isEmpty()) {
            count += inBatches(batch, some -> rows.restore(some).size());
        }
        return count;
    }

    /**
     * Deletes all that the caller sees in the trash for good; returns how much that was. Of a large
     * trash the rest goes in the background, whatever becomes of this server.
     */
    public long empty(Caller caller) {
        library.requirePresent();
        var count =
                transaction.execute(_ -> rows.orderEmptying(caller.userId(), caller.isElevated()));
        expiry.empty(caller.userId());
        return count;
    }

    /** Deletes the caller's assets for good, or none of them unless the caller may delete all. */
    public void delete(Caller caller, Collection<UUID> ids) {
        access.requireAssets(caller, Permission.ASSET_DELETE, ids);
        library.requirePresent();
        inBatches(ids, batch -> deletion.delete(caller.userId(), batch, null));
    }

    /**
     * Deletes all assets of a user who is about to go for good; returns how many. What it leaves
     * when it fails, a second call deletes.
     *
     * @throws Problem.Unavailable while the library's disk is missing
     */
    public long deleteAllOf(UUID ownerId) {
        library.requirePresent();
        long count = 0;
        List<UUID> batch;
        while (!(batch = rows.all(ownerId, BATCH)).isEmpty()) {
            count += deletion.delete(ownerId, batch, null);
        }
        return count;
    }

    private long inBatches(Collection<UUID> ids, ToLongFunction<List<UUID>> step) {
        return ids.stream()
                .distinct()
                .sorted()
                .gather(Gatherers.windowFixed(BATCH))
                .mapToLong(batch -> transaction.<Long>execute(_ -> step.applyAsLong(batch)))
                .sum();
    }

    private int changed(List<UUID> ids, Function<List<UUID>, Object> event) {
        if (!ids.isEmpty()) {
            events.publishEvent(event.apply(ids));
        }
        return ids.size();
    }
}
