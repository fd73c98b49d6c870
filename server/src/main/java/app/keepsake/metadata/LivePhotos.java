package app.keepsake.metadata;

import app.keepsake.asset.AssetHidden;
import java.util.UUID;
import org.springframework.context.ApplicationEventPublisher;
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
    private final ApplicationEventPublisher events;

    LivePhotos(JdbcClient jdbc, ApplicationEventPublisher events) {
        this.jdbc = jdbc;
        this.events = events;
    }

    /**
     * To be called first in a transaction that writes a content id: the one that writes the other
     * half's waits here, and then sees what this one wrote. Neither holds a row yet.
     */
    void take(String contentId) {
        jdbc.sql("select pg_advisory_xact_lock(hashtextextended(:contentId, 0))::text")
                .param("contentId", contentId)
                .query(String.class)
                .single();
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
                            and film.visibility <> 'locked'
                        order by still.deleted_at nulls first, film.deleted_at nulls first,
                            still.created_at, film.created_at
                        limit 1
                        """)
                .param("assetId", assetId)
                .param("contentId", contentId)
                .query(Pair.class)
                .optional()
                .ifPresent(this::join);
    }

    private void join(Pair pair) {
        jdbc.sql(
                        """
                        update asset set live_photo_video_id = :film, updated_at = now()
                        where id = :still
                        """)
                .param("film", pair.filmId)
                .param("still", pair.stillId)
                .update();
        jdbc.sql("delete from album_asset where asset_id = ?").param(pair.filmId).update();
        // Or it would go for good when its time in the trash is over.
        jdbc.sql(
                        """
                        update asset set deleted_at = null, status = 'active', updated_at = now()
                        where id = ? and deleted_at is not null
                        """)
                .param(pair.filmId)
                .update();
        var wasSeen =
                jdbc.sql(
                                        """
                                update asset set visibility = 'hidden', updated_at = now()
                                where id = ? and visibility <> 'hidden'
                                """)
                                .param(pair.filmId)
                                .update()
                        > 0;
        if (wasSeen) {
            events.publishEvent(new AssetHidden(pair.ownerId, pair.filmId));
        }
    }
}
