package app.keepsake.metadata;

import app.keepsake.asset.AssetLocks;
import app.keepsake.asset.MovingHalves;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Joins the still and the film of a live photo when the second of them has been read: both say the
 * same content id. What a person has joined or parted stays so.
 */
@Component
class LivePhotos {

    private record Pair(UUID ownerId, UUID stillId, UUID filmId) {}

    private final JdbcClient jdbc;
    private final AssetLocks locks;
    private final MovingHalves movingHalves;

    LivePhotos(JdbcClient jdbc, AssetLocks locks, MovingHalves movingHalves) {
        this.jdbc = jdbc;
        this.locks = locks;
        this.movingHalves = movingHalves;
    }

    /**
     * To be called first in a transaction that writes a content id: the one that writes the other
     * half's waits here, and then sees what this one wrote. Neither holds a row yet; then this one
     * takes those that it may join.
     */
    void take(UUID assetId, String contentId) {
        jdbc.sql("select pg_advisory_xact_lock(hashtextextended(:contentId, 0))::text")
                .param("contentId", contentId)
                .query(String.class)
                .single();
        locks.takeWithAlbums(
                jdbc.sql(
                                """
                                select id from asset where id = :assetId
                                union
                                select asset.id from asset
                                join asset_exif on asset_id = asset.id
                                    and live_photo_cid = :contentId
                                where owner_id = (select owner_id from asset where id = :assetId)
                                """)
                        .param("assetId", assetId)
                        .param("contentId", contentId)
                        .query(UUID.class)
                        .list());
    }

    /** To be called last in that transaction. */
    void join(UUID assetId, String contentId) {
        jdbc.sql(
                        """
                        select still.owner_id, still.id as still_id, film.id as film_id
                        from asset this
                        join asset still on still.type = 'IMAGE' and still.owner_id = this.owner_id
                            and still.library_id is not distinct from this.library_id
                        join asset_exif still_exif on still_exif.asset_id = still.id
                            and still_exif.live_photo_cid = :contentId
                        join asset film on film.type = 'VIDEO' and film.owner_id = this.owner_id
                            and film.library_id is not distinct from this.library_id
                        join asset_exif film_exif on film_exif.asset_id = film.id
                            and film_exif.live_photo_cid = :contentId
                        where this.id = :assetId and this.id in (still.id, film.id)
                            and still.live_photo_video_id is null
                            and 'livePhotoVideoId' <> all(still_exif.locked_properties)
                            and film.shown_as <> 'locked'
                        order by still.deleted_at nulls first, film.deleted_at nulls first,
                            still.created_at, film.created_at
                        limit 1
                        """)
                .param("assetId", assetId)
                .param("contentId", contentId)
                .query(Pair.class)
                .optional()
                .ifPresent(pair -> movingHalves.join(pair.ownerId, pair.stillId, pair.filmId));
    }
}
