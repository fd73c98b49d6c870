package app.keepsake.download;

import java.util.Collection;
import java.util.List;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

@Repository
class DownloadQueries {

    /**
     * An asset to download.
     *
     * @param isEmbedded it is in a photo's file, too
     */
    record Part(UUID id, long size, boolean isEmbedded) {}

    private static final String PARTS =
            "select a.id, a.size_in_bytes as size, a.is_embedded from asset a ";

    private final JdbcClient jdbc;

    DownloadQueries(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** In the order of their ids here. */
    List<Part> assets(Collection<UUID> ids) {
        return jdbc.sql(
                        PARTS
                                + """
                                join unnest(:ids::uuid[]) with ordinality as wanted (id, place)
                                    on wanted.id = a.id
                                order by place
                                """)
                .param("ids", ids.stream().distinct().toArray(UUID[]::new))
                .query(Part.class)
                .list();
    }

    List<Part> ofAlbum(UUID albumId) {
        return jdbc.sql(
                        PARTS
                                + """
                                join album_asset aa on aa.asset_id = a.id and aa.album_id = :albumId
                                where a.deleted_at is null and a.shown_as <> 'locked'
                                order by a.file_created_at, a.id
                                """)
                .param("albumId", albumId)
                .query(Part.class)
                .list();
    }

    /**
     * What a user shows in the timeline.
     *
     * @param withArchive as they see it themselves
     */
    List<Part> ofUser(UUID userId, boolean withArchive) {
        return jdbc.sql(
                        PARTS
                                + """
                                where a.owner_id = :userId and a.deleted_at is null
                                    and (a.visibility = 'timeline'
                                        or a.visibility = 'archive' and :withArchive)
                                order by a.file_created_at, a.id
                                """)
                .param("userId", userId)
                .param("withArchive", withArchive)
                .query(Part.class)
                .list();
    }

    /** The films behind these stills, but those that are among them themselves. */
    List<Part> movingHalves(Collection<UUID> stillIds) {
        return jdbc.sql(
                        PARTS
                                + """
                                where a.id in (select live_photo_video_id from asset
                                        where id = any(:ids))
                                    and a.id <> all(:ids)
                                order by a.file_created_at, a.id
                                """)
                .param("ids", stillIds.toArray(UUID[]::new))
                .query(Part.class)
                .list();
    }
}
