package app.keepsake.storagetemplate;

import app.keepsake.asset.MediaTypes;
import java.sql.Types;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import org.springframework.transaction.annotation.Transactional;

/** What moves read and write in the database. */
@Repository
class MoveRows {

    /**
     * An original, and what a template may tell of it.
     *
     * @param version another one after each change of its row
     * @param metadataReadAt null for one that was not read yet
     * @param home what its owner's folder is called
     */
    record Original(
            UUID id,
            UUID version,
            @Nullable OffsetDateTime metadataReadAt,
            String path,
            @Nullable String sidecarPath,
            long size,
            String checksum,
            UUID ownerId,
            String home,
            String fileName,
            boolean isFilm,
            LocalDateTime taken,
            @Nullable String make,
            @Nullable String model,
            @Nullable String lensModel,
            @Nullable UUID albumId) {

        byte[] checksumBytes() {
            return HexFormat.of().parseHex(checksum);
        }

        /** The file's name without its extension. */
        String stem() {
            var dot = fileName.lastIndexOf('.');
            return dot < 1 ? fileName : fileName.substring(0, dot);
        }

        /** The name of its owner's folder. */
        String folder() {
            return FileNames.path(home, ownerId.toString());
        }

        /** Without its dot; of those that mean the same, the usual one. */
        String extension() {
            var extension = MediaTypes.extensionOf(path).substring(1);
            return switch (extension) {
                case "jpeg", "jpe" -> "jpg";
                case "tif" -> "tiff";
                case "3gpp" -> "3gp";
                case "mpeg", "mpe" -> "mpg";
                case "m2ts", "m2t" -> "mts";
                default -> extension;
            };
        }
    }

    private final JdbcClient jdbc;
    private final Duration grace;

    /**
     * @param grace how long the old names are kept, for downloads and jobs that have just read them
     */
    MoveRows(JdbcClient jdbc, @Value("${keepsake.moved-grace:1m}") Duration grace) {
        this.jdbc = jdbc;
        this.grace = grace;
    }

    /** Whether there is a template, since when metadata that are read are followed by a move. */
    void setEnabled(boolean isEnabled) {
        if (isEnabled) {
            jdbc.sql(
                            """
                            insert into system_metadata (key, value)
                            values ('storage-template', jsonb_build_object('since', now()))
                            on conflict (key) do nothing
                            """)
                    .update();
        } else {
            jdbc.sql("delete from system_metadata where key = 'storage-template'").update();
        }
    }

    /**
     * An asset that is not an external library's. The film of a live photo is named and dated as
     * its still, so that the two stand side by side.
     */
    Optional<Original> find(UUID assetId) {
        return jdbc.sql(
                        """
                        select a.id, a.update_id as version,
                            s.metadata_extracted_at as metadata_read_at,
                            a.original_path as path, a.sidecar_path, a.size_in_bytes as size,
                            encode(a.checksum, 'hex') as checksum, a.owner_id,
                            coalesce(u.storage_label, u.id::text) as home,
                            coalesce(still.original_file_name, a.original_file_name) as file_name,
                            a.type = 'VIDEO' as is_film,
                            coalesce(still.local_date_time, a.local_date_time) as taken,
                            e.make, e.model, e.lens_model,
                            (select album.id from album_asset
                                join album on album.id = album_id
                                join album_user using (album_id)
                                where asset_id = coalesce(still.id, a.id)
                                    and user_id = a.owner_id
                                order by album.created_at desc, album.id limit 1) as album_id
                        from asset a join "user" u on u.id = a.owner_id
                        left join asset_job_status s on s.asset_id = a.id
                        left join lateral (select * from asset o
                            where o.live_photo_video_id = a.id and o.owner_id = a.owner_id
                                and a.visibility = 'hidden'
                            order by o.created_at, o.id limit 1) still on true
                        left join asset_exif e on e.asset_id = coalesce(still.id, a.id)
                        where a.id = :id and a.library_id is null and not a.is_external
                        """)
                .param("id", assetId)
                .query(Original.class)
                .optional();
    }

    /** Whether its row is still what was read. */
    boolean isAsRead(Original original) {
        return jdbc.sql("select exists (select from asset where id = ? and update_id = ?)")
                .params(original.id(), original.version())
                .query(Boolean.class)
                .single();
    }

    /** The film behind a still. */
    Optional<UUID> film(UUID stillId) {
        return jdbc.sql(
                        """
                        select live_photo_video_id from asset
                        where id = :id and live_photo_video_id is not null
                        """)
                .param("id", stillId)
                .query(UUID.class)
                .optional();
    }

    Optional<PathValues.Album> album(UUID albumId) {
        return jdbc.sql(
                        """
                        select album_name as name, min(local_date_time) as start,
                            max(local_date_time) as "end"
                        from album join album_asset on album_id = album.id
                        join asset on asset.id = asset_id
                        where album.id = :id and asset.deleted_at is null
                        group by album.id
                        """)
                .param("id", albumId)
                .query(PathValues.Album.class)
                .optional();
    }

    /** The name that an earlier run has taken for an asset. */
    Optional<String> taken(UUID assetId) {
        return jdbc.sql("select path from asset_move where asset_id = ?")
                .param(assetId)
                .query(String.class)
                .optional();
    }

    /** Takes a name, and that of a sidecar, for an asset; false when somebody has it. */
    boolean take(UUID assetId, String path) {
        return jdbc.sql(
                                """
                                insert into asset_move (asset_id, path) select :id, :path
                                where not exists (select from asset where original_path = :path)
                                    and not exists (select from asset
                                        where sidecar_path = :path || '.xmp')
                                    and not exists (select from discarded_file
                                        where path in (:path, :path || '.xmp'))
                                on conflict do nothing
                                """)
                        .param("id", assetId)
                        .param("path", path)
                        .update()
                == 1;
    }

    boolean isTaken(String path) {
        return jdbc.sql(
                        """
                        select exists (select from asset where original_path = :path)
                            or exists (select from asset where sidecar_path = :path || '.xmp')
                            or exists (select from asset_move where path = :path)
                            or exists (select from discarded_file
                                where path in (:path, :path || '.xmp'))
                        """)
                .param("path", path)
                .query(Boolean.class)
                .single();
    }

    /** Whether what stands there is about to be removed. */
    boolean isGoing(String path) {
        return jdbc.sql(
                        """
                        select exists (select from discarded_file
                            where path in (:path, :path || '.xmp'))
                        """)
                .param("path", path)
                .query(Boolean.class)
                .single();
    }

    /** Whether a file that stands there was given up a moment ago. */
    boolean isFreeSoon(String path) {
        return jdbc.sql(
                        """
                        select exists (select from discarded_file
                            where path in (:path, :path || '.xmp') and remove_after > now()
                                and remove_after <= now() + make_interval(secs => :grace))
                        """)
                .param("path", path)
                .param("grace", grace.toMillis() / 1000.0)
                .query(Boolean.class)
                .single();
    }

    /**
     * Gives a taken name back.
     *
     * @param files that were put there, and go
     */
    @Transactional
    public void release(UUID assetId, String path, List<String> files) {
        var isReleased =
                jdbc.sql("delete from asset_move where asset_id = ? and path = ?")
                                .params(assetId, path)
                                .update()
                        == 1;
        if (isReleased) {
            files.forEach(file -> giveUp(file, Duration.ZERO));
        }
    }

    /**
     * From here on an asset stands where its files were put, and its old names go.
     *
     * @return false when the asset has changed meanwhile, or is gone: nothing is changed then
     */
    @Transactional
    public boolean switchTo(Original original, String path, @Nullable String sidecarPath) {
        var isSwitched =
                jdbc.sql(
                                        """
                                        update asset set original_path = :path,
                                            sidecar_path = :sidecar, updated_at = now()
                                        where id = :id and update_id = :version
                                        """)
                                .param("id", original.id())
                                .param("version", original.version())
                                .param("path", path)
                                .param("sidecar", sidecarPath)
                                .update()
                        == 1;
        if (!isSwitched) {
            return false;
        }
        if (!original.path().equals(path)) {
            giveUp(original.path(), grace);
        }
        var sidecar = original.sidecarPath();
        if (sidecar != null && !sidecar.equals(sidecarPath)) {
            giveUp(sidecar, grace);
        }
        jdbc.sql("delete from asset_move where asset_id = ?").param(original.id()).update();
        done(original);
        return true;
    }

    private void giveUp(String path, Duration keep) {
        jdbc.sql(
                        """
                        insert into discarded_file (path, remove_after)
                        values (:path, now() + make_interval(secs => :keep))
                        on conflict (path) do update set remove_after = excluded.remove_after
                        """)
                .param("path", path)
                .param("keep", keep.toMillis() / 1000.0)
                .update();
    }

    /** It stands where the template wants it by what was read of it until now. */
    void done(Original original) {
        jdbc.sql(
                        """
                        insert into asset_job_status (asset_id, storage_template_at)
                        select id, :readAt from asset where id = :id
                        on conflict (asset_id) do update set storage_template_at = :readAt
                        """)
                .param("id", original.id())
                .param("readAt", original.metadataReadAt(), Types.TIMESTAMP_WITH_TIMEZONE)
                .update();
    }
}
