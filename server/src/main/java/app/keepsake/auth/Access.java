package app.keepsake.auth;

import app.keepsake.problem.Problem;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Which assets a caller may touch. Asked in the front door, for every id, before a read (I6). */
@Component
public class Access {

    private record Seen(int count, boolean anyLocked) {}

    private final JdbcClient jdbc;

    Access(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /**
     * Throws {@link Problem.NoAccess} unless the asset exists and the caller may, and {@link
     * Problem.Unauthenticated} for a locked one: it wants an elevated session, and there is none
     * yet.
     */
    public void requireAsset(Caller caller, Permission permission, UUID assetId) {
        requireAssets(caller, permission, List.of(assetId));
    }

    /** As {@link #requireAsset}, for every one of the ids, in one query. */
    public void requireAssets(Caller caller, Permission permission, Collection<UUID> assetIds) {
        var ids = Set.copyOf(assetIds);
        if (ids.isEmpty()) {
            return;
        }
        var seen =
                jdbc.sql(
                                """
                                select count(*),
                                    coalesce(bool_or(visibility = 'locked'), false) as any_locked
                                from asset where id = any(:ids) and owner_id = :userId
                                """)
                        .param("ids", ids.toArray(UUID[]::new))
                        .param("userId", caller.userId())
                        .query(Seen.class)
                        .single();
        if (seen.count() != ids.size()) {
            throw new Problem.NoAccess(permission.wireName());
        }
        if (seen.anyLocked()) {
            throw new Problem.Unauthenticated("Elevated permission is required");
        }
    }
}
