package app.keepsake.album;

import app.keepsake.asset.AssetLinks;
import app.keepsake.auth.Permission;
import app.keepsake.problem.Problem;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** What is written of albums, each inside its caller's transaction. */
@Repository
class AlbumRows {

    private final JdbcClient jdbc;
    private final AssetLinks assets;

    AlbumRows(JdbcClient jdbc) {
        this.jdbc = jdbc;
        this.assets = new AssetLinks(jdbc, "album_asset", "album_id");
    }

    /** Which it holds. */
    AssetLinks assets() {
        return assets;
    }

    /** Makes changes of an album and its members wait for each other. */
    void lock(UUID albumId) {
        require(albumId, "for no key update");
    }

    /** Makes its deletion wait, and nothing else. */
    void hold(UUID albumId) {
        require(albumId, "for key share");
    }

    private void require(UUID albumId, String lock) {
        var found =
                jdbc.sql("select id from album where id = :id " + lock)
                        .param("id", albumId)
                        .query(UUID.class)
                        .optional();
        if (found.isEmpty()) {
            throw new Problem.NoAccess(Permission.ALBUM_READ.wireName());
        }
    }

    /** Its order is the one that the user prefers for new albums. */
    UUID insert(UUID ownerId, String name, String description) {
        return jdbc.sql(
                        """
                        insert into album (album_name, description, "order")
                        values (:name, :description, coalesce((
                            select value -> 'albums' ->> 'defaultAssetOrder' from user_metadata
                            where user_id = :ownerId and key = 'preferences'), 'desc'))
                        returning id
                        """)
                .param("ownerId", ownerId)
                .param("name", name)
                .param("description", description)
                .query(UUID.class)
                .single();
    }

    void update(UUID albumId, AlbumEdit edit) {
        var oldestFirst = edit.oldestFirst();
        jdbc.sql(
                        """
                        update album set
                            album_name = coalesce(:name, album_name),
                            description = coalesce(:description, description),
                            album_thumbnail_asset_id =
                                coalesce(:thumbnailAssetId::uuid, album_thumbnail_asset_id),
                            is_activity_enabled =
                                coalesce(:isActivityEnabled::boolean, is_activity_enabled),
                            "order" = coalesce(:order, "order"),
                            updated_at = now()
                        where id = :id
                        """)
                .param("id", albumId)
                .param("name", edit.name())
                .param("description", edit.description())
                .param("thumbnailAssetId", edit.thumbnailAssetId())
                .param("isActivityEnabled", edit.isActivityEnabled())
                .param("order", oldestFirst == null ? null : oldestFirst ? "asc" : "desc")
                .update();
    }

    /** Gives an album without a cover this one. */
    void touch(UUID albumId, @Nullable UUID cover) {
        jdbc.sql(
                        """
                        update album set updated_at = now(),
                            album_thumbnail_asset_id =
                                coalesce(album_thumbnail_asset_id, :cover::uuid)
                        where id = :id
                        """)
                .param("id", albumId)
                .param("cover", cover)
                .update();
    }

    void delete(UUID albumId) {
        jdbc.sql("delete from album where id = :id").param("id", albumId).update();
    }

    /**
     * An asset that went into it.
     *
     * @param isShown whether it may be a cover
     */
    record Added(UUID assetId, boolean isShown) {}

    /**
     * Puts assets in that are not in yet, but locked ones, which a trigger keeps out. In the order
     * of their ids, so that two at once do not wait for each other.
     */
    List<Added> insertAssets(UUID albumId, Collection<UUID> assetIds) {
        return jdbc.sql(
                        """
                        with present as (
                            select id from asset where id = any(:assetIds)
                            order by id for key share),
                        added as (
                            insert into album_asset (album_id, asset_id)
                            select :albumId, id from present
                            on conflict do nothing returning asset_id)
                        select a.id as asset_id,
                            a.deleted_at is null and a.visibility <> 'hidden' as is_shown
                        from added join asset a on a.id = added.asset_id
                        """)
                .param("albumId", albumId)
                .param("assetIds", assetIds.toArray(UUID[]::new))
                .query(Added.class)
                .list();
    }

    /** Whether it shows this asset, which until the end of the transaction stays as it is. */
    boolean shows(UUID albumId, UUID assetId) {
        return jdbc.sql(
                        """
                        select a.id from album_asset aa join asset a on a.id = aa.asset_id
                        where aa.album_id = :albumId and a.id = :assetId
                            and a.deleted_at is null and a.visibility in ('timeline', 'archive')
                        for share of a
                        """)
                .param("albumId", albumId)
                .param("assetId", assetId)
                .query(UUID.class)
                .optional()
                .isPresent();
    }

    Optional<Role> role(UUID albumId, UUID userId) {
        return jdbc.sql(
                        "select role from album_user where album_id = :albumId and user_id = :userId")
                .param("albumId", albumId)
                .param("userId", userId)
                .query((row, _) -> Role.parse(row.getString(1)))
                .optional();
    }

    int owners(UUID albumId) {
        return jdbc.sql(
                        "select count(*) from album_user where album_id = :albumId and role = 'owner'")
                .param("albumId", albumId)
                .query(Integer.class)
                .single();
    }

    /** False when the user is in it already. */
    boolean insertMember(UUID albumId, UUID userId, Role role) {
        return jdbc.sql(
                                """
                                insert into album_user (album_id, user_id, role)
                                values (:albumId, :userId, :role) on conflict do nothing
                                """)
                        .param("albumId", albumId)
                        .param("userId", userId)
                        .param("role", role.wireName())
                        .update()
                > 0;
    }

    void updateMember(UUID albumId, UUID userId, Role role) {
        jdbc.sql(
                        """
                        update album_user set role = :role, updated_at = now()
                        where album_id = :albumId and user_id = :userId
                        """)
                .param("albumId", albumId)
                .param("userId", userId)
                .param("role", role.wireName())
                .update();
    }

    void deleteMember(UUID albumId, UUID userId) {
        jdbc.sql("delete from album_user where album_id = :albumId and user_id = :userId")
                .param("albumId", albumId)
                .param("userId", userId)
                .update();
    }
}
