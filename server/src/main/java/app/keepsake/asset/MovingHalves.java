package app.keepsake.asset;

import java.util.UUID;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Joins the still and the film of a live photo, and parts them, in the caller's transaction, which
 * has taken both by {@link AssetLocks}.
 */
@Component
public class MovingHalves {

    private final JdbcClient jdbc;
    private final ApplicationEventPublisher events;

    MovingHalves(JdbcClient jdbc, ApplicationEventPublisher events) {
        this.jdbc = jdbc;
        this.events = events;
    }

    /** Makes a film the moving half of a still, from where on it is not seen by itself. */
    public void join(UUID ownerId, UUID stillId, UUID filmId) {
        jdbc.sql("delete from album_asset where asset_id = ?").param(filmId).update();
        jdbc.sql(
                        """
                        update asset set live_photo_video_id = :film, updated_at = now()
                        where id = :still
                        """)
                .param("still", stillId)
                .param("film", filmId)
                .update();
        // Or it would go for good when its time in the trash is over, whatever becomes of the
        // still.
        jdbc.sql(
                        """
                        update asset set deleted_at = null, status = 'active', updated_at = now()
                        where id = ? and deleted_at is not null
                        """)
                .param(filmId)
                .update();
        var wasSeen =
                jdbc.sql(
                                        """
                                        update asset set visibility = 'hidden', updated_at = now()
                                        where id = ? and visibility <> 'hidden'
                                        """)
                                .param(filmId)
                                .update()
                        > 0;
        if (wasSeen) {
            events.publishEvent(new AssetHidden(ownerId, filmId));
        }
    }

    /**
     * Parts a still from its moving half, which shows where the still does unless it is another
     * still's too. Reading the files again does not join them.
     */
    public void part(UUID stillId) {
        jdbc.sql(
                        """
                        with still as (
                            select id, visibility, live_photo_video_id from asset where id = :still
                        ), parted as (
                            update asset set live_photo_video_id = null, updated_at = now()
                            where id = :still and live_photo_video_id is not null
                        ), kept as (
                            update asset_exif set updated_at = now(), locked_properties =
                                array_append(array_remove(locked_properties, 'livePhotoVideoId'),
                                    'livePhotoVideoId')
                            where asset_id = :still
                        )
                        update asset film set visibility = still.visibility, updated_at = now()
                        from still
                        where film.id = still.live_photo_video_id and film.visibility = 'hidden'
                            and not exists (select from asset other
                                where other.live_photo_video_id = film.id and other.id <> still.id)
                        """)
                .param("still", stillId)
                .update();
    }
}
