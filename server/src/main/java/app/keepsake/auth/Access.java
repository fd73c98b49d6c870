package app.keepsake.auth;

import app.keepsake.problem.Problem;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Which assets a caller may touch. Asked in the front door, for every id, before a read (I6).
 *
 * <p>An owner may do all. A partner, and whoever is in an album with the asset, may look at it and
 * download it; a partner may share it on. Locked assets are their owner's alone. The moving half of
 * a live photo is as its still is.
 */
@Component
public class Access {

    private static final Set<Permission> LOOKING =
            Set.of(Permission.ASSET_READ, Permission.ASSET_VIEW, Permission.ASSET_DOWNLOAD);

    private static final String IS_PARTNERS =
            """
             (a.shown_as = 'timeline' and a.deleted_at is null and exists (
                select from partner p join "user" u on u.id = p.shared_by_id and u.deleted_at is null
                where p.shared_by_id = a.owner_id and p.shared_with_id = :userId)) \
            """;

    /** The moving half of an album's live photo counts as in the album. */
    private static final String IS_IN_ALBUM =
            """
             (a.shown_as <> 'locked' and a.deleted_at is null and exists (
                select from album_asset aa join album_user au using (album_id)
                where au.user_id = :userId and (aa.asset_id = a.id
                    or aa.asset_id in (select id from asset
                        where live_photo_video_id = a.id and deleted_at is null)))) \
            """;

    private record Found(UUID id, boolean isLocked) {}

    private final JdbcClient jdbc;

    Access(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** As {@link #requireAssets} for one. */
    public void requireAsset(Caller caller, Permission permission, UUID assetId) {
        requireAssets(caller, permission, List.of(assetId));
    }

    /**
     * Throws {@link Problem.NoAccess} unless each asset exists and the caller may do with it what
     * {@code permission} names, and as {@link #requireElevated} if one is locked.
     */
    public void requireAssets(Caller caller, Permission permission, Collection<UUID> assetIds) {
        var allowed = find(caller, permission, assetIds);
        if (allowed.size() != new HashSet<>(assetIds).size()) {
            throw new Problem.NoAccess(permission.wireName());
        }
        if (allowed.stream().anyMatch(Found::isLocked)) {
            requireElevated(caller);
        }
    }

    /**
     * Those of the ids that are of assets with which the caller may do what {@code permission}
     * names. Locked ones are among them only for who has given the PIN, and never to be shared. Any
     * other is left out: what was found a moment ago may be gone.
     */
    public Set<UUID> allowed(Caller caller, Permission permission, Collection<UUID> assetIds) {
        var withLocked = caller.isElevated() && permission != Permission.ASSET_SHARE;
        var allowed = new HashSet<UUID>();
        for (var found : find(caller, permission, assetIds)) {
            if (withLocked || !found.isLocked()) {
                allowed.add(found.id());
            }
        }
        return allowed;
    }

    /** Throws {@link Problem.Unauthenticated} unless the caller may see their locked assets. */
    public void requireElevated(Caller caller) {
        if (!caller.isElevated()) {
            throw new Problem.Unauthenticated("Elevated permission is required");
        }
    }

    private List<Found> find(Caller caller, Permission permission, Collection<UUID> assetIds) {
        var mine = "a.owner_id = :userId";
        var condition =
                LOOKING.contains(permission)
                        ? mine + " or" + IS_PARTNERS + "or" + IS_IN_ALBUM
                        : permission == Permission.ASSET_SHARE ? mine + " or" + IS_PARTNERS : mine;
        return jdbc.sql(
                        """
                        select a.id, a.shown_as = 'locked' as is_locked from asset a
                        where a.id = any(:ids) and (%s)
                        """
                                .formatted(condition))
                .param("ids", assetIds.toArray(UUID[]::new))
                .param("userId", caller.userId())
                .query(Found.class)
                .list();
    }
}
