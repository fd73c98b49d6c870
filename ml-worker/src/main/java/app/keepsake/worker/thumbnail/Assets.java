package app.keepsake.worker.thumbnail;

import app.keepsake.worker.thumbnail.GenerateThumbnailsHandler.Made;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/** The rows behind derivatives. */
@Component
record Assets(JdbcClient jdbc, TransactionTemplate transaction) {

    /** What a run needs to know of its asset. */
    record Asset(UUID id, UUID ownerId, String type, String originalPath, boolean isExternal) {

        /** Where derivatives lie: {@code thumbs/<owner>/ab/cd}. */
        String folder() {
            return folder(ownerId, id);
        }

        static String folder(Object owner, UUID id) {
            var name = id.toString();
            return "thumbs/%s/%s/%s".formatted(owner, name.substring(0, 2), name.substring(2, 4));
        }

        String derivative(String name) {
            return "%s/%s_%s".formatted(folder(), id, name);
        }
    }

    Optional<Asset> find(UUID id) {
        return jdbc.sql(
                        """
                        select id, owner_id, type, original_path, is_external
                        from asset where id = :id
                        """)
                .param("id", id)
                .query(Asset.class)
                .optional();
    }

    /**
     * Writes what was made, all or nothing; false if the asset has vanished. What is said of an
     * edited asset's pictures is left to those who apply its edits.
     */
    boolean record(UUID id, Made made, PicturePaths paths) {
        return Boolean.TRUE.equals(
                transaction.execute(
                        _ -> {
                            if (!update(id, made)) {
                                return false;
                            }
                            frameRate(id, made.fps());
                            file(id, "preview", paths.preview());
                            file(id, "thumbnail", paths.thumbnail());
                            file(id, "fullsize", paths.fullsize());
                            done(id);
                            return true;
                        }));
    }

    private boolean update(UUID id, Made made) {
        return jdbc.sql(
                                """
                                update asset
                                set width = case when is_edited then width else :width end,
                                    height = case when is_edited then height else :height end,
                                    thumbhash =
                                        case when is_edited then thumbhash else :thumbhash end,
                                    duration_ms = coalesce(:durationMs::int, duration_ms),
                                    updated_at = now()
                                where id = :id
                                """)
                        .param("id", id)
                        .param("width", made.picture().width())
                        .param("height", made.picture().height())
                        .param("thumbhash", made.picture().thumbhash())
                        .param("durationMs", made.durationMs())
                        .update()
                == 1;
    }

    /** That of a kind of film whose metadata the server cannot read. */
    private void frameRate(UUID id, @Nullable Double fps) {
        jdbc.sql(
                        """
                        update asset_exif set fps = :fps, updated_at = now()
                        where asset_id = :id and fps is null and :fps::float8 is not null
                        """)
                .param("id", id)
                .param("fps", fps)
                .update();
    }

    private void file(UUID id, String type, @Nullable String path) {
        if (path == null) {
            jdbc.sql("delete from asset_file where asset_id = ? and type = ?")
                    .params(id, type)
                    .update();
            return;
        }
        jdbc.sql(
                        """
                        insert into asset_file (asset_id, type, path) values (:id, :type, :path)
                        on conflict (asset_id, type)
                            do update set path = excluded.path, updated_at = now()
                        """)
                .param("id", id)
                .param("type", type)
                .param("path", path)
                .update();
    }

    private void done(UUID id) {
        jdbc.sql(
                        """
                        insert into asset_job_status (asset_id, thumbnails_at) values (:id, now())
                        on conflict (asset_id)
                            do update set thumbnails_at = excluded.thumbnails_at
                        """)
                .param("id", id)
                .update();
    }
}
