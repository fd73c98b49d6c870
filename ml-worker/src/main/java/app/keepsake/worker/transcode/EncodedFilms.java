package app.keepsake.worker.transcode;

import app.keepsake.jobs.QueueName;
import java.util.Optional;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/** The rows behind transcoded films. */
@Component
record EncodedFilms(JdbcClient jdbc, TransactionTemplate transaction) {

    static final String FOLDER = "encoded-video";

    /** What a run needs to know of its asset. */
    record Film(UUID id, UUID ownerId, String originalPath, boolean isExternal) {

        /** Where its transcoded film lies: {@code encoded-video/<owner>/ab/cd}. */
        String folder() {
            return FOLDER + "/" + ownerId + "/" + folderOf(id);
        }

        static String folderOf(UUID id) {
            var name = id.toString();
            return name.substring(0, 2) + "/" + name.substring(2, 4);
        }

        String path() {
            return "%s/%s.mp4".formatted(folder(), id);
        }
    }

    /** What became of a film and its queue since a run began. */
    record Standing(boolean isThere, boolean isPaused) {}

    Optional<Film> find(UUID id) {
        return jdbc.sql(
                        """
                        select id, owner_id, original_path, is_external
                        from asset where id = ? and type = 'VIDEO'
                        """)
                .param(id)
                .query(Film.class)
                .optional();
    }

    Standing standing(UUID id) {
        return jdbc.sql(
                        """
                        select exists (select from asset where id = :id) as is_there,
                            exists (select from job_queue where name = :queue and is_paused)
                                as is_paused
                        """)
                .param("id", id)
                .param("queue", QueueName.VIDEO_CONVERSION.wireName())
                .query(Standing.class)
                .single();
    }

    /** Names the transcoded film; false if the asset has vanished. */
    boolean record(Film film) {
        return Boolean.TRUE.equals(
                transaction.execute(
                        _ -> {
                            if (!lock(film.id)) {
                                return false;
                            }
                            jdbc.sql(
                                            """
                                            insert into asset_file (asset_id, type, path)
                                            values (:id, 'encoded_video', :path)
                                            on conflict (asset_id, type) do update
                                                set path = excluded.path, updated_at = now()
                                            """)
                                    .param("id", film.id)
                                    .param("path", film.path())
                                    .update();
                            done(film.id);
                            return true;
                        }));
    }

    /** There is none any more, or not yet: the original is what plays. */
    void forget(UUID id) {
        jdbc.sql("delete from asset_file where asset_id = ? and type = 'encoded_video'")
                .param(id)
                .update();
    }

    /** Nothing more is to be done for a film, as far as it is there. */
    void finish(UUID id) {
        transaction.executeWithoutResult(
                _ -> {
                    if (lock(id)) {
                        done(id);
                    }
                });
    }

    /** Who deletes it waits, or this sees that it is gone. */
    private boolean lock(UUID id) {
        return jdbc.sql("select id from asset where id = ? for key share")
                .param(id)
                .query(UUID.class)
                .optional()
                .isPresent();
    }

    private void done(UUID id) {
        jdbc.sql(
                        """
                        insert into asset_job_status (asset_id, encoded_video_at)
                        values (:id, now())
                        on conflict (asset_id)
                            do update set encoded_video_at = excluded.encoded_video_at
                        """)
                .param("id", id)
                .update();
    }
}
