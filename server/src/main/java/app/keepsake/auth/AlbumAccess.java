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
 * Who may do what with an album: everyone in it may look, editors may change it and whom it is
 * shared with, and an owner may delete it. Asked as {@link Access} is (I6).
 */
@Component
public class AlbumAccess {

    private static final Set<String> EVERYONE = Set.of("owner", "editor", "viewer");
    private static final Set<String> EDITORS = Set.of("owner", "editor");

    private final JdbcClient jdbc;

    AlbumAccess(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** As {@link #requireAll} for one. */
    public void require(Caller caller, Permission permission, UUID albumId) {
        requireAll(caller, permission, List.of(albumId));
    }

    /**
     * Throws {@link Problem.NoAccess} unless each album exists and the caller may do with it what
     * {@code permission} names.
     */
    public void requireAll(Caller caller, Permission permission, Collection<UUID> albumIds) {
        if (allowed(caller, permission, albumIds).size() != new HashSet<>(albumIds).size()) {
            throw new Problem.NoAccess(permission.wireName());
        }
    }

    /**
     * Those of the ids that are of albums with which the caller may do what {@code permission}
     * names.
     */
    public Set<UUID> allowed(Caller caller, Permission permission, Collection<UUID> albumIds) {
        return jdbc.sql(
                        """
                        select album_id from album_user
                        where album_id = any(:ids) and user_id = :userId and role = any(:roles)
                        """)
                .param("ids", albumIds.toArray(UUID[]::new))
                .param("userId", caller.userId())
                .param("roles", roles(permission).toArray(String[]::new))
                .query(UUID.class)
                .set();
    }

    private static Set<String> roles(Permission permission) {
        return switch (permission) {
            case ALBUM_READ, ALBUM_DOWNLOAD -> EVERYONE;
            case ALBUM_UPDATE, ALBUM_SHARE, ALBUM_ASSET_CREATE, ALBUM_ASSET_DELETE -> EDITORS;
            case ALBUM_DELETE -> Set.of("owner");
            default -> throw new IllegalArgumentException(permission + " is not about an album");
        };
    }
}
