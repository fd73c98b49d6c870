package app.keepsake.worker.thumbnail;

import app.keepsake.worker.image.Derived;
import app.keepsake.worker.image.Edit;
import app.keepsake.worker.image.Part;
import app.keepsake.worker.image.Turn;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/** The rows behind edits, and behind the pictures that show them. */
@Component
record EditRows(JdbcClient jdbc, TransactionTemplate transaction) {

    /**
     * All edits of an asset, as one.
     *
     * @param ids theirs, in their order
     */
    record Edits(List<UUID> ids, Edit edit) {

        boolean isNone() {
            return ids.isEmpty();
        }

        /** What names these edits and no others. */
        String token() {
            return ids.getLast().toString().substring(0, 8);
        }
    }

    private record Row(
            UUID id,
            String action,
            int x,
            int y,
            int width,
            int height,
            int angle,
            @Nullable String axis) {

        Turn turn() {
            return switch (action) {
                case "rotate" -> Turn.byDegrees(angle);
                case "mirror" -> "horizontal".equals(axis) ? Turn.MIRRORED : Turn.FLIPPED;
                default -> Turn.NONE;
            };
        }
    }

    Edits of(UUID assetId) {
        var rows =
                jdbc.sql(
                                """
                                select id, action, coalesce((parameters ->> 'x')::int, 0) as x,
                                    coalesce((parameters ->> 'y')::int, 0) as y,
                                    coalesce((parameters ->> 'width')::int, 0) as width,
                                    coalesce((parameters ->> 'height')::int, 0) as height,
                                    coalesce((parameters ->> 'angle')::int, 0) as angle,
                                    parameters ->> 'axis' as axis
                                from asset_edit where asset_id = ? order by sequence
                                """)
                        .param(assetId)
                        .query(Row.class)
                        .list();
        // The server lets a crop stand only before all turns.
        var part =
                rows.stream()
                        .filter(row -> row.action.equals("crop"))
                        .findFirst()
                        .map(row -> new Part(row.x, row.y, row.width, row.height))
                        .orElse(null);
        var turn = rows.stream().map(Row::turn).reduce(Turn.NONE, Turn::then);
        return new Edits(rows.stream().map(Row::id).toList(), new Edit(part, turn));
    }

    /**
     * Writes what was made, all or nothing; false if the asset has vanished or has other edits now.
     */
    boolean record(UUID assetId, Edits edits, Derived made, PicturePaths paths) {
        return Boolean.TRUE.equals(
                transaction.execute(
                        _ -> {
                            if (!lock(assetId) || !idsOf(assetId).equals(edits.ids)) {
                                return false;
                            }
                            update(assetId, made);
                            replaceFiles(assetId, edits, paths);
                            done(assetId);
                            return true;
                        }));
    }

    /** Who changes its edits waits. */
    private boolean lock(UUID assetId) {
        return jdbc.sql("select id from asset where id = ? for no key update")
                .param(assetId)
                .query(UUID.class)
                .optional()
                .isPresent();
    }

    private List<UUID> idsOf(UUID assetId) {
        return jdbc.sql("select id from asset_edit where asset_id = ? order by sequence")
                .param(assetId)
                .query(UUID.class)
                .list();
    }

    private void update(UUID assetId, Derived made) {
        jdbc.sql(
                        """
                        update asset set width = :width, height = :height, thumbhash = :thumbhash,
                            updated_at = now()
                        where id = :id
                        """)
                .param("id", assetId)
                .param("width", made.width())
                .param("height", made.height())
                .param("thumbhash", made.thumbhash())
                .update();
    }

    /** The server removes the files of earlier edits. */
    private void replaceFiles(UUID assetId, Edits edits, PicturePaths paths) {
        jdbc.sql(
                        """
                        with gone as (
                            delete from asset_file
                            where asset_id = :id and type in
                                    ('edited_preview', 'edited_thumbnail', 'edited_fullsize')
                                and path <> all(:paths)
                            returning path
                        )
                        insert into discarded_file (path) select path from gone
                        on conflict do nothing
                        """)
                .param("id", assetId)
                .param("paths", paths.all().toArray(String[]::new))
                .update();
        var prefix = edits.isNone() ? "" : "edited_";
        file(assetId, prefix + "preview", paths.preview());
        file(assetId, prefix + "thumbnail", paths.thumbnail());
        if (paths.fullsize() != null) {
            file(assetId, prefix + "fullsize", paths.fullsize());
        }
    }

    private void file(UUID assetId, String type, String path) {
        jdbc.sql(
                        """
                        insert into asset_file (asset_id, type, path) values (:id, :type, :path)
                        on conflict (asset_id, type)
                            do update set path = excluded.path, updated_at = now()
                        """)
                .param("id", assetId)
                .param("type", type)
                .param("path", path)
                .update();
    }

    private void done(UUID assetId) {
        jdbc.sql(
                        """
                        insert into asset_job_status (asset_id, edits_at) values (:id, now())
                        on conflict (asset_id) do update set edits_at = excluded.edits_at
                        """)
                .param("id", assetId)
                .update();
    }
}
