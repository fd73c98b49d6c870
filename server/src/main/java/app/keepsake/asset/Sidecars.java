package app.keepsake.asset;

import java.util.Collection;
import java.util.List;
import java.util.UUID;
import java.util.stream.Gatherers;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * What a person says of a photo is written into an XMP file beside it, too, so that it outlives
 * this database. Here is noted, in the transaction that changes it, that this is to be done (I3).
 */
@Component
public class Sidecars {

    /** Of a sidecar: above what any program writes of one photo. */
    public static final int MOST_BYTES = 4 << 20;

    /** A transaction marks so many at most, to be short. */
    private static final int BATCH = 500;

    private final JdbcClient jdbc;
    private final AssetLocks locks;
    private final TransactionTemplate transaction;
    private final ApplicationEventPublisher events;

    Sidecars(
            JdbcClient jdbc,
            AssetLocks locks,
            TransactionTemplate transaction,
            ApplicationEventPublisher events) {
        this.jdbc = jdbc;
        this.locks = locks;
        this.transaction = transaction;
        this.events = events;
    }

    /** Something that is locked has changed. */
    public void due(Collection<UUID> assetIds) {
        if (assetIds.isEmpty()) {
            return;
        }
        jdbc.sql(
                        """
                        insert into asset_job_status (asset_id, sidecar_at)
                        select id, null from asset where id = any(:ids) order by id
                        on conflict (asset_id) do update set sidecar_at = null
                        """)
                .param("ids", assetIds.toArray(UUID[]::new))
                .update();
        events.publishEvent(new SidecarsDue(List.copyOf(assetIds)));
    }

    /** Their tags are a person's from now on, whatever their files say. */
    public void tagsChanged(Collection<UUID> assetIds) {
        jdbc.sql(
                        """
                        insert into asset_exif as e (asset_id, locked_properties)
                        select id, '{tags}' from asset where id = any(:ids) order by id
                        on conflict (asset_id) do update set
                            locked_properties = array(select distinct unnest(
                                e.locked_properties || '{tags}') as name order by name),
                            updated_at = now()
                        """)
                .param("ids", assetIds.toArray(UUID[]::new))
                .update();
        due(assetIds);
    }

    /** As {@link #tagsChanged}, for any number of them, after tags themselves have changed. */
    public void tagsRenamed(Collection<UUID> assetIds) {
        assetIds.stream()
                .sorted()
                .gather(Gatherers.windowFixed(BATCH))
                .forEach(
                        batch ->
                                transaction.executeWithoutResult(
                                        _ -> {
                                            locks.take(batch);
                                            tagsChanged(batch);
                                        }));
    }
}
