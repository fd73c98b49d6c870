package app.keepsake.auth;

import app.keepsake.problem.Problem;
import java.util.Collection;
import java.util.Set;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Which assets a caller may touch. Asked in the front door, for every id, before a read (I6). */
@Component
public class Access {

    private final JdbcClient jdbc;

    Access(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /**
     * Throws {@link Problem.NoAccess} unless the asset exists and the caller may, and as {@link
     * #requireElevated} for a locked one.
     */
    public void requireAsset(Caller caller, Permission permission, UUID assetId) {
        boolean isLocked =
                jdbc.sql(
                                """
                                select visibility = 'locked' from asset
                                where id = :id and owner_id = :userId
                                """)
                        .param("id", assetId)
                        .param("userId", caller.userId())
                        .query(Boolean.class)
                        .optional()
                        .orElseThrow(() -> new Problem.NoAccess(permission.wireName()));
        if (isLocked) {
            requireElevated(caller);
        }
    }

    /**
     * Those of the ids that are of assets which the caller may read. Any other is left out: what
     * was found a moment ago may be gone by now.
     */
    public Set<UUID> readable(Caller caller, Collection<UUID> assetIds) {
        return jdbc.sql(
                        """
                        select id from asset
                        where id = any(:ids) and owner_id = :userId and visibility <> 'locked'
                        """)
                .param("ids", assetIds.toArray(UUID[]::new))
                .param("userId", caller.userId())
                .query(UUID.class)
                .set();
    }

    /**
     * Throws {@link Problem.Unauthenticated} unless the caller may see locked assets. Nobody may,
     * before there are PIN codes.
     */
    public void requireElevated(Caller caller) {
        throw new Problem.Unauthenticated("Elevated permission is required");
    }
}
