package app.keepsake.metadata;

import app.keepsake.asset.TimeZones;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import org.springframework.transaction.annotation.Transactional;

@Repository
class SidecarRows {

    /**
     * What is known of an asset.
     *
     * @param byPerson what of it a person has said, by Immich's names
     */
    record Said(
            String originalPath,
            @Nullable String sidecarPath,
            Set<String> byPerson,
            LocalDateTime local,
            @Nullable ZoneOffset offset,
            @Nullable Double latitude,
            @Nullable Double longitude,
            String description,
            @Nullable Integer rating,
            List<String> tags) {

        /** Where it is written. */
        String place() {
            return sidecarPath == null ? originalPath + ".xmp" : sidecarPath;
        }
    }

    private final JdbcClient jdbc;

    SidecarRows(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    Optional<Said> find(UUID assetId) {
        return jdbc.sql(
                        """
                        select original_path, sidecar_path, locked_properties, local_date_time,
                            file_created_at, time_zone, latitude, longitude, description, rating,
                            array(select value from tag_asset join tag on tag.id = tag_id
                                where tag_asset.asset_id = asset.id and user_id = owner_id
                                order by value) as tags
                        from asset join asset_exif e on e.asset_id = asset.id
                        where asset.id = :id
                        """)
                .param("id", assetId)
                .query(
                        (row, _) ->
                                new Said(
                                        row.getString("original_path"),
                                        row.getString("sidecar_path"),
                                        Set.of(
                                                (String[])
                                                        row.getArray("locked_properties")
                                                                .getArray()),
                                        row.getObject("local_date_time", LocalDateTime.class),
                                        offset(
                                                row.getString("time_zone"),
                                                row.getTimestamp("file_created_at").toInstant()),
                                        row.getObject("latitude", Double.class),
                                        row.getObject("longitude", Double.class),
                                        row.getString("description"),
                                        row.getObject("rating", Integer.class),
                                        List.of((String[]) row.getArray("tags").getArray())))
                .optional();
    }

    /** XMP has no names of zones. */
    private static @Nullable ZoneOffset offset(@Nullable String timeZone, Instant at) {
        return timeZone == null
                ? null
                : TimeZones.parse(timeZone).map(zone -> zone.getRules().getOffset(at)).orElse(null);
    }

    /**
     * Lets it be put in its place, and notes that it stands there and is to be read again; but not
     * that it is all, if a person has said more since.
     *
     * @param placing is done only while that is its place: who moves the original waits
     * @return false when it has another place by now, or the asset has vanished
     */
    @Transactional
    public boolean write(UUID assetId, Said said, Runnable placing) {
        // In a statement of its own: the next ones see what it has waited for.
        jdbc.sql("select id from asset where id = ? for no key update")
                .param(assetId)
                .query(UUID.class)
                .list();
        var now = find(assetId);
        if (now.isEmpty() || !now.get().place().equals(said.place())) {
            return false;
        }
        placing.run();
        // Compared itself: the row's version changes whenever the files are read again, too.
        var isAll = now.get().equals(said);
        jdbc.sql(
                        """
                        with named as (
                            update asset set sidecar_path = :path, updated_at = now()
                            where id = :id returning id
                        )
                        insert into asset_job_status (asset_id, sidecar_at)
                        select id, null from named
                        on conflict (asset_id) do update set
                            metadata_extracted_at = null,
                            sidecar_at = case when :isAll then now() end
                        """)
                .param("id", assetId)
                .param("path", said.place())
                .param("isAll", isAll)
                .update();
        return true;
    }
}
