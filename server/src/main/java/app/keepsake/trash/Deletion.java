package app.keepsake.trash;

import app.keepsake.asset.AssetLocks;
import app.keepsake.asset.AssetsDeleted;
import app.keepsake.stack.StacksChanged;
import app.keepsake.storage.DiscardedFiles;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.event.TransactionalEventListener;

/**
 * Deletes a batch of one owner's assets for good, in one transaction that does no I/O: rows go,
 * their files are left to {@link DiscardedFiles}. The moving half of a live photo goes with the
 * last still that has it, and stacks are kept in order.
 */
@Component
class Deletion {

    private final JdbcClient jdbc;
    private final TrashRows rows;
    private final AssetLocks locks;
    private final DiscardedFiles files;
    private final ApplicationEventPublisher events;

    Deletion(
            JdbcClient jdbc,
            TrashRows rows,
            AssetLocks locks,
            DiscardedFiles files,
            ApplicationEventPublisher events) {
        this.jdbc = jdbc;
        this.rows = rows;
        this.locks = locks;
        this.files = files;
        this.events = events;
    }

    @TransactionalEventListener(fallbackExecution = true)
    void removeFiles(AssetsDeleted deleted) {
        files.wake();
    }

    /**
     * Returns how many of them there were; halves of live photos come on top.
     *
     * @param trashed what they must be still, once nobody can restore them any more; null deletes
     *     them wherever they are
     */
    @Transactional
    public int delete(UUID ownerId, Collection<UUID> ids, @Nullable Trashed trashed) {
        if (ids.isEmpty()) {
            return 0;
        }
        lock(ownerId, ids);
        var wanted = trashed == null ? existing(ownerId, ids) : rows.among(ownerId, ids, trashed);
        var all = withMovingHalves(ownerId, wanted);
        if (keepStacksInOrder(all)) {
            events.publishEvent(new StacksChanged(ownerId));
        }
        discardFiles(all);
        deleteRows(ownerId, all);
        if (!all.isEmpty()) {
            events.publishEvent(new AssetsDeleted(ownerId, all));
        }
        return wanted.size();
    }

    /**
     * The owner first, as an upload does, which waits for the rows of a duplicate later. Who makes
     * one of these films another still's moving half waits from here on.
     */
    private void lock(UUID ownerId, Collection<UUID> ids) {
        locks.takeOwner(ownerId);
        locks.takeForDeletion(ids);
    }

    private List<UUID> existing(UUID ownerId, Collection<UUID> ids) {
        return jdbc.sql("select id from asset where owner_id = :ownerId and id = any(:ids)")
                .param("ownerId", ownerId)
                .param("ids", ids.toArray(UUID[]::new))
                .query(UUID.class)
                .list();
    }

    private List<UUID> withMovingHalves(UUID ownerId, Collection<UUID> ids) {
        return jdbc.sql(
                        """
                        select id from asset film
                        where owner_id = :ownerId and (id = any(:ids) or (
                            id in (select live_photo_video_id from asset where id = any(:ids))
                            and not exists (select from asset other
                                where other.live_photo_video_id = film.id
                                    and other.id <> all(:ids))))
                        """)
                .param("ownerId", ownerId)
                .param("ids", ids.toArray(UUID[]::new))
                .query(UUID.class)
                .list();
    }

    /** A stack of fewer than two is none, and one needs a primary; true if any was touched. */
    private boolean keepStacksInOrder(Collection<UUID> ids) {
        var dissolved =
                jdbc.sql(
                                """
                                delete from stack s
                                where id in (select stack_id from asset where id = any(:ids))
                                    and (select count(*) from asset a
                                        where a.stack_id = s.id and a.id <> all(:ids)) < 2
                                """)
                        .param("ids", ids.toArray(UUID[]::new))
                        .update();
        var promoted =
                jdbc.sql(
                                """
                                update stack s set updated_at = now(), primary_asset_id = (
                                    select id from asset a
                                    where a.stack_id = s.id and a.id <> all(:ids)
                                    -- One that does not show would hide the others.
                                    order by deleted_at is not null,
                                        array_position(array['timeline', 'archive'], visibility),
                                        file_created_at, id limit 1)
                                where primary_asset_id = any(:ids)
                                """)
                        .param("ids", ids.toArray(UUID[]::new))
                        .update();
        var shrunk =
                jdbc.sql(
                                """
                                select exists (select from asset
                                    where id = any(:ids) and stack_id is not null)
                                """)
                        .param("ids", ids.toArray(UUID[]::new))
                        .query(Boolean.class)
                        .single();
        return dissolved + promoted > 0 || shrunk;
    }

    /** Originals of external libraries are not Keepsake's to remove. */
    private void discardFiles(Collection<UUID> ids) {
        jdbc.sql(
                        """
                        insert into discarded_file (path, remove_after)
                        select original_path, now() from asset
                            where id = any(:ids) and library_id is null and not is_external
                        union select sidecar_path, now() from asset
                            where id = any(:ids) and library_id is null and not is_external
                                and sidecar_path is not null
                        union select path, now() from asset_file where asset_id = any(:ids)
                        -- A job may be about to put files there: not before that has ended.
                        union select path || ending, now() + interval '1 hour' from asset_move,
                            unnest(array['', '.xmp']) as ending where asset_id = any(:ids)
                        on conflict do nothing
                        """)
                .param("ids", ids.toArray(UUID[]::new))
                .update();
    }

    private void deleteRows(UUID ownerId, Collection<UUID> ids) {
        jdbc.sql(
                        """
                        with gone as (
                            delete from asset where id = any(:ids)
                            returning size_in_bytes, library_id
                        )
                        update "user" set updated_at = now(), quota_usage_in_bytes = greatest(0,
                            quota_usage_in_bytes - (select coalesce(sum(size_in_bytes), 0)
                                from gone where library_id is null))
                        where id = :ownerId
                        """)
                .param("ids", ids.toArray(UUID[]::new))
                .param("ownerId", ownerId)
                .update();
    }
}
