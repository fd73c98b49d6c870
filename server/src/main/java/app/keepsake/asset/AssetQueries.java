package app.keepsake.asset;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

@Repository
class AssetQueries {

    private final JdbcClient jdbc;

    AssetQueries(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    List<Asset> find(Collection<UUID> ids) {
        return jdbc.sql(
                        """
                        select a.*, e.*, a.id as id, a.updated_at as updated_at, a.width as width,
                            a.height as height
                        from asset a left join asset_exif e on e.asset_id = a.id
                        where a.id = any(:ids)
                        """)
                .param("ids", ids.toArray(UUID[]::new))
                .query((row, _) -> asset(row))
                .list();
    }

    Optional<String> derivative(UUID assetId, String type) {
        return jdbc.sql(
                        """
                        select path from asset_file
                        where asset_id = :id and type = :type and (type <> 'edited_fullsize'
                            or exists (select from asset_job_status s
                                where s.asset_id = :id and edits_at is not null))
                        """)
                .param("id", assetId)
                .param("type", type)
                .query(String.class)
                .optional();
    }

    AssetStatistics statistics(
            UUID ownerId,
            @Nullable Boolean isFavorite,
            boolean isTrashed,
            Collection<Visibility> visibilities) {
        return jdbc.sql(
                        """
                        select count(*) filter (where type = 'IMAGE') as images,
                            count(*) filter (where type = 'VIDEO') as videos,
                            count(*) as total
                        from asset
                        where owner_id = :ownerId and visibility = any(:visibilities)
                            and (deleted_at is not null) = :isTrashed
                            and (:isFavorite::boolean is null or is_favorite = :isFavorite::boolean)
                        """)
                .param("ownerId", ownerId)
                .param(
                        "visibilities",
                        visibilities.stream().map(Visibility::wireName).toArray(String[]::new))
                .param("isTrashed", isTrashed)
                .param("isFavorite", isFavorite)
                .query(AssetStatistics.class)
                .single();
    }

    private static Asset asset(ResultSet row) throws SQLException {
        return new Asset(
                row.getObject("id", UUID.class),
                row.getObject("owner_id", UUID.class),
                row.getObject("library_id", UUID.class),
                AssetType.valueOf(row.getString("type")),
                row.getString("original_path"),
                row.getString("original_file_name"),
                Checksum.of(row.getBytes("checksum")),
                row.getLong("size_in_bytes"),
                requiredInstant(row, "file_created_at"),
                requiredInstant(row, "file_modified_at"),
                row.getObject("local_date_time", LocalDateTime.class),
                row.getObject("duration_ms", Integer.class),
                row.getObject("width", Integer.class),
                row.getObject("height", Integer.class),
                row.getBytes("thumbhash"),
                row.getBoolean("is_favorite"),
                row.getBoolean("is_offline"),
                row.getBoolean("is_edited"),
                Visibility.valueOf(row.getString("visibility").toUpperCase(Locale.ROOT)),
                row.getObject("live_photo_video_id", UUID.class),
                row.getObject("duplicate_id", UUID.class),
                requiredInstant(row, "created_at"),
                requiredInstant(row, "updated_at"),
                instant(row, "deleted_at"),
                row.getObject("asset_id") == null ? null : exif(row));
    }

    private static Asset.Exif exif(ResultSet row) throws SQLException {
        return new Asset.Exif(
                row.getString("make"),
                row.getString("model"),
                row.getObject("exif_image_width", Integer.class),
                row.getObject("exif_image_height", Integer.class),
                row.getObject("file_size_in_byte", Long.class),
                row.getString("orientation"),
                instant(row, "date_time_original"),
                instant(row, "modify_date"),
                row.getString("time_zone"),
                row.getString("lens_model"),
                row.getObject("f_number", Double.class),
                row.getObject("focal_length", Double.class),
                row.getObject("iso", Integer.class),
                row.getString("exposure_time"),
                row.getObject("latitude", Double.class),
                row.getObject("longitude", Double.class),
                row.getString("city"),
                row.getString("state"),
                row.getString("country"),
                row.getString("description"),
                row.getString("projection_type"),
                row.getObject("rating", Integer.class));
    }

    private static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
        var time = row.getObject(column, OffsetDateTime.class);
        return time == null ? null : time.toInstant();
    }

    private static Instant requiredInstant(ResultSet row, String column) throws SQLException {
        return row.getObject(column, OffsetDateTime.class).toInstant();
    }
}
