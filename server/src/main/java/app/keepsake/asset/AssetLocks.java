package app.keepsake.asset;

import java.util.Collection;
import java.util.List;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Takes the rows that a change of assets may write, until the end of the transaction and always in
 * one order, so that no two changes wait for each other: the assets by their ids, with their moving
 * halves and what is in a stack with them, then the albums by theirs. Who needs the owner, too,
 * takes that before; what is in an album comes after.
 */
@Component
public class AssetLocks {

    private final JdbcClient jdbc;

    AssetLocks(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** Makes what changes this owner's stacks and trash, or adds assets, wait for each other. */
    public void takeOwner(UUID ownerId) {
        jdbc.sql("select id from \"user\" where id = ? for no key update")
                .param(ownerId)
                .query(UUID.class)
                .list();
    }

    /** For changes that no album shows. */
    public void take(Collection<UUID> ids) {
        assets(ids, "no key update");
    }

    /** For changes by which they may leave albums, or be covers no more. */
    public void takeWithAlbums(Collection<UUID> ids) {
        albumsOf(assets(ids, "no key update"));
    }

    public void takeForDeletion(Collection<UUID> ids) {
        albumsOf(assets(ids, "update"));
    }

    private List<UUID> assets(Collection<UUID> ids, String strength) {
        return jdbc.sql(
                        """
                        select id from asset
                        where id in (
                            select unnest(:ids::uuid[])
                            union all
                            select live_photo_video_id from asset where id = any(:ids)
                            union all
                            select companion.id from asset join asset companion using (stack_id)
                            where asset.id = any(:ids))
                        order by id for %s
                        """
                                .formatted(strength))
                .param("ids", ids.toArray(UUID[]::new))
                .query(UUID.class)
                .list();
    }

    private void albumsOf(Collection<UUID> assetIds) {
        jdbc.sql(
                        """
                        select id from album
                        where id in (select album_id from album_asset where asset_id = any(:ids))
                        order by id for no key update
                        """)
                .param("ids", assetIds.toArray(UUID[]::new))
                .query(UUID.class)
                .list();
    }
}
