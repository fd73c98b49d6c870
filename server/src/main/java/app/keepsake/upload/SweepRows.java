package app.keepsake.upload;

import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** What the sweep reads and writes in the database. */
@Repository
class SweepRows {

    record Original(
            UUID id,
            String path,
            @Nullable String sidecarPath,
            long size,
            String checksum,
            boolean isOffline) {

        byte[] checksumBytes() {
            return HexFormat.of().parseHex(checksum);
        }
    }

    private final JdbcClient jdbc;

    SweepRows(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** Those of no external library, by their ids. */
    List<Original> after(UUID last, int limit) {
        return jdbc.sql(
                        """
                        select id, original_path as path, sidecar_path, size_in_bytes as size,
                            encode(checksum, 'hex') as checksum, is_offline
                        from asset where library_id is null and id > :last order by id limit :limit
                        """)
                .param("last", last)
                .param("limit", limit)
                .query(Original.class)
                .list();
    }

    /** Everybody's of these bytes, but first those of whose folder it is. */
    List<Original> of(byte[] checksum, long size, String folder) {
        // By way of the owners: with them the index begins.
        return jdbc.sql(
                        """
                        select a.id, original_path as path, sidecar_path, size_in_bytes as size,
                            encode(checksum, 'hex') as checksum, is_offline
                        from "user" u join asset a on a.owner_id = u.id
                        where checksum = :checksum and size_in_bytes = :size
                            and library_id is null
                        order by coalesce(u.storage_label, u.id::text) <> :folder
                            and u.id::text <> :folder, a.id
                        """)
                .param("folder", folder)
                .param("checksum", checksum)
                .param("size", size)
                .query(Original.class)
                .list();
    }

    /** Those of the paths that are neither an original's nor a sidecar's. */
    List<String> ofNoAsset(List<String> paths) {
        var named =
                jdbc.sql(
                                """
                                select original_path from asset where original_path = any(:paths)
                                union all
                                select sidecar_path from asset where sidecar_path = any(:paths)
                                """)
                        .param("paths", paths.toArray(String[]::new))
                        .query(String.class)
                        .list();
        return without(named, paths);
    }

    /** Those that are not about to be an asset's, or to be removed, either. */
    List<String> unnamed(List<String> paths) {
        var named =
                jdbc.sql(
                                """
                                select path from asset_move where path = any(:paths)
                                union all
                                select path || '.xmp' from asset_move where path = any(:owners)
                                union all
                                select path from discarded_file where path = any(:paths)
                                """)
                        .param("paths", paths.toArray(String[]::new))
                        .param(
                                "owners",
                                paths.stream().map(Sweep::originalOf).toArray(String[]::new))
                        .query(String.class)
                        .list();
        return without(named, ofNoAsset(paths));
    }

    private static List<String> without(List<String> named, List<String> paths) {
        Set<String> all = new HashSet<>(named);
        return paths.stream().filter(path -> !all.contains(path)).toList();
    }

    /** One that was moved meanwhile was looked for in vain where it stood. */
    void setOffline(Original original, boolean isOffline) {
        jdbc.sql(
                        """
                        update asset set is_offline = :isOffline, updated_at = now()
                        where id = :id and original_path = :path
                        """)
                .param("id", original.id())
                .param("path", original.path())
                .param("isOffline", isOffline)
                .update();
    }

    /** It stands there; false, and nothing is done, if its row or the path is another's by now. */
    boolean pointTo(Original original, String path, @Nullable String sidecarPath) {
        try {
            return jdbc.sql(
                            """
                            with found as (
                                update asset set original_path = :path,
                                    sidecar_path = :sidecarPath::text, is_offline = false,
                                    updated_at = now()
                                where id = :id and original_path = :old returning id
                            ), moved as (
                                delete from asset_move where asset_id in (select id from found)
                            )
                            select id from found
                            """)
                    .param("id", original.id())
                    .param("old", original.path())
                    .param("path", path)
                    .param("sidecarPath", sidecarPath)
                    .query(UUID.class)
                    .optional()
                    .isPresent();
        } catch (DuplicateKeyException e) {
            return false;
        }
    }
}
