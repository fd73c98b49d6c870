package app.keepsake.immich.socket;

import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** Whom an event concerns. */
@Repository
class SocketQueries {

    private final JdbcClient jdbc;

    SocketQueries(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** Empty for the moving half of a live photo and for what is locked, and when it is gone. */
    Optional<UUID> ownerOfShown(UUID assetId) {
        return jdbc.sql(
                        """
                        select owner_id from asset
                        where id = ? and visibility in ('timeline', 'archive')
                        """)
                .param(assetId)
                .query(UUID.class)
                .optional();
    }

    Optional<UUID> ownerOf(UUID assetId) {
        return jdbc.sql("select owner_id from asset where id = ?")
                .param(assetId)
                .query(UUID.class)
                .optional();
    }

    Set<UUID> membersOf(UUID albumId) {
        return jdbc.sql("select user_id from album_user where album_id = ?")
                .param(albumId)
                .query(UUID.class)
                .set();
    }
}
