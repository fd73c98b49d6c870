package app.keepsake.metadata;

import java.util.Optional;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** Which photos hold a film that is still to be taken out, in the database. */
@Repository
class MotionPhotos {

    private final JdbcClient jdbc;

    MotionPhotos(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** As a path in the library. */
    Optional<String> originalPath(UUID assetId) {
        return jdbc.sql("select original_path from asset where id = ?")
                .param(assetId)
                .query(String.class)
                .optional();
    }

    /**
     * The film within is to be taken out, unless it is there already or a person has parted it.
     * Said before it is written that the photo was read, or nobody might say it any more.
     */
    void want(UUID assetId) {
        jdbc.sql(
                        """
                        insert into asset_job_status (asset_id, motion_photo_at)
                        select still.id, null
                        from asset still left join asset_exif e on e.asset_id = still.id
                        left join asset film on film.id = still.live_photo_video_id
                        where still.id = :id and still.type = 'IMAGE'
                            and 'livePhotoVideoId' <> all(coalesce(e.locked_properties, '{}'))
                            and (film.id is null or film.is_offline)
                        on conflict (asset_id) do update set motion_photo_at = null
                        """)
                .param("id", assetId)
                .update();
    }

    /** The film within was taken out, or there is none. */
    void done(UUID assetId) {
        jdbc.sql("update asset_job_status set motion_photo_at = now() where asset_id = ?")
                .param(assetId)
                .update();
    }
}
