package app.keepsake.metadata;

import app.keepsake.config.SystemConfig;
import app.keepsake.metadata.Facts.Position;
import app.keepsake.person.ImportedFaces;
import app.keepsake.place.Place;
import app.keepsake.place.Places;
import app.keepsake.tag.TaggedAssets;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import org.springframework.transaction.annotation.Transactional;

@Repository
class MetadataRows {

    /**
     * Where an asset's bytes are, as paths in the library.
     *
     * @param isRead whether a run has written what they say already
     */
    record Source(String originalPath, @Nullable String sidecarPath, boolean isRead) {}

    /** Of the system config, what concerns the names of places. */
    private record Naming(boolean enabled) {}

    /** Of the system config, whether files may name people. */
    private record People(Faces faces) {
        private record Faces(@JsonProperty("import") boolean isImported) {}
    }

    private final SystemConfig config;
    private final JdbcClient jdbc;
    private final LivePhotos livePhotos;
    private final TaggedAssets taggedAssets;
    private final Places places;
    private final ImportedFaces faces;

    MetadataRows(
            SystemConfig config,
            JdbcClient jdbc,
            LivePhotos livePhotos,
            TaggedAssets taggedAssets,
            Places places,
            ImportedFaces faces) {
        this.config = config;
        this.jdbc = jdbc;
        this.livePhotos = livePhotos;
        this.taggedAssets = taggedAssets;
        this.places = places;
        this.faces = faces;
    }

    Optional<Source> find(UUID assetId) {
        return jdbc.sql(
                        """
                        select original_path, sidecar_path,
                            -- Not when the last run was: a new one may be asked for.
                            modify_date is not null as is_read
                        from asset left join asset_exif on asset_id = id
                        where id = :id
                        """)
                .param("id", assetId)
                .query(Source.class)
                .optional();
    }

    /**
     * Writes asset, exif row, tags and job status together, but nothing over what a person has
     * said; false when the asset has vanished.
     */
    @Transactional
    public boolean write(UUID assetId, Facts facts) {
        if (facts.livePhotoCid() != null) {
            livePhotos.take(assetId, facts.livePhotoCid());
        }
        if (!lock(assetId)) {
            return false;
        }
        var taken = facts.taken();
        var shown = facts.picture().shown();
        jdbc.sql(
                        """
                                update asset set
                                    file_created_at = case when is_dated then file_created_at else
                                        coalesce(:taken, least(file_created_at, file_modified_at))
                                        end,
                                    local_date_time = case when is_dated then local_date_time else
                                        coalesce(:local,
                                            least(file_created_at, file_modified_at)
                                                at time zone 'UTC') end,
                                    duration_ms = coalesce(:durationMs, duration_ms),
                                    -- The worker, which decodes, knows better than a header.
                                    width = coalesce(width, :width),
                                    height = coalesce(height, :height),
                                    updated_at = now()
                                from (select exists (select from asset_exif
                                    where asset_id = :id
                                        and 'dateTimeOriginal' = any(locked_properties)) as is_dated) e
                                where id = :id
                                """)
                .param("id", assetId)
                .param("taken", taken == null ? null : utc(taken.instant()))
                .param("local", taken == null ? null : taken.local())
                .param("durationMs", facts.picture().durationMs())
                .param("width", shown == null ? null : shown.width())
                .param("height", shown == null ? null : shown.height())
                .update();
        var size = facts.picture().size();
        var position = facts.position();
        var place = place(assetId, position);
        var orientation = facts.picture().orientation();
        var description = facts.words().description();
        var modified = facts.modifyDate();
        var tagsBefore = tags(assetId);
        jdbc.sql(
                        """
                        insert into asset_exif as e (asset_id, file_size_in_byte, date_time_original,
                            modify_date, time_zone, make, model, lens_model, f_number, focal_length,
                            iso, exposure_time, fps, exif_image_width, exif_image_height,
                            orientation, latitude, longitude, city, state, country, description,
                            projection_type, profile_description, color_space, bits_per_sample, rating,
                            live_photo_cid, tags)
                        select id, size_in_bytes, file_created_at,
                            coalesce(:modified, file_modified_at), :timeZone, :make, :model,
                            :lensModel, :fNumber, :focalLength, :iso, :exposureTime, :fps,
                            :width, :height, :orientation, :latitude, :longitude, :city, :state,
                            :country, :description, :projectionType, :profileDescription, :colorSpace, :bitsPerSample,
                            :rating, :livePhotoCid, :tags
                        from asset where id = :id
                        on conflict (asset_id) do update set
                            file_size_in_byte = excluded.file_size_in_byte,
                            date_time_original = excluded.date_time_original,
                            modify_date = excluded.modify_date,
                            time_zone = case when 'timeZone' = any(e.locked_properties)
                                then e.time_zone else excluded.time_zone end,
                            make = excluded.make,
                            model = excluded.model,
                            lens_model = excluded.lens_model,
                            f_number = excluded.f_number,
                            focal_length = excluded.focal_length,
                            iso = excluded.iso,
                            exposure_time = excluded.exposure_time,
                            -- The worker knows those of films that cannot be read here.
                            fps = coalesce(excluded.fps, e.fps),
                            exif_image_width = excluded.exif_image_width,
                            exif_image_height = excluded.exif_image_height,
                            orientation = excluded.orientation,
                            latitude = case when 'latitude' = any(e.locked_properties)
                                then e.latitude else excluded.latitude end,
                            longitude = case when 'longitude' = any(e.locked_properties)
                                then e.longitude else excluded.longitude end,
                            city = excluded.city,
                            state = excluded.state,
                            country = excluded.country,
                            description = case when 'description' = any(e.locked_properties)
                                then e.description else excluded.description end,
                            projection_type = excluded.projection_type,
                            profile_description = excluded.profile_description,
                            color_space = excluded.color_space,
                            bits_per_sample = excluded.bits_per_sample,
                            rating = case when 'rating' = any(e.locked_properties)
                                then e.rating else excluded.rating end,
                            live_photo_cid = excluded.live_photo_cid,
                            tags = case when 'tags' = any(e.locked_properties)
                                then e.tags else excluded.tags end,
                            updated_at = now()
                        """)
                .param("id", assetId)
                .param("modified", modified == null ? null : utc(modified))
                .param("timeZone", taken == null ? null : taken.timeZone())
                .param("make", facts.camera().make())
                .param("model", facts.camera().model())
                .param("lensModel", facts.camera().lens())
                .param("fNumber", facts.exposure().fNumber())
                .param("focalLength", facts.exposure().focalLength())
                .param("iso", facts.exposure().iso())
                .param("exposureTime", facts.exposure().time())
                .param("fps", facts.picture().fps())
                .param("width", size == null ? null : size.width())
                .param("height", size == null ? null : size.height())
                .param("orientation", orientation == null ? null : orientation.toString())
                .param("latitude", position == null ? null : position.latitude())
                .param("longitude", position == null ? null : position.longitude())
                .param("city", place.city())
                .param("state", place.state())
                .param("country", place.country())
                .param("description", description == null ? "" : description)
                .param("projectionType", facts.picture().projection())
                .param("profileDescription", facts.picture().profile())
                .param("colorSpace", facts.picture().colorSpace())
                .param("bitsPerSample", facts.picture().bitsPerSample())
                .param("rating", facts.words().rating())
                .param("livePhotoCid", facts.livePhotoCid())
                .param("tags", facts.words().tags().toArray(String[]::new))
                .update();
        done(assetId);
        taggedAssets.follow(assetId, tagsBefore, tags(assetId));
        if (shown != null && config.section("metadata", People.class).faces.isImported) {
            faces.update(
                    assetId,
                    facts.words().faces().stream().map(face -> face.upright(orientation)).toList(),
                    shown.width(),
                    shown.height());
        }
        if (facts.livePhotoCid() != null) {
            livePhotos.join(assetId, facts.livePhotoCid());
        }
        return true;
    }

    /**
     * In a statement of its own: one that waited for a person's change sees what it has updated,
     * but all else as it was before. False when the asset has vanished.
     */
    private boolean lock(UUID assetId) {
        return jdbc.sql("select id from asset where id = ? for no key update")
                .param(assetId)
                .query(UUID.class)
                .optional()
                .isPresent();
    }

    private record Angles(@Nullable Double latitude, @Nullable Double longitude) {}

    /** Of where it is by what the file says, or a person; none where administrators want none. */
    private Place place(UUID assetId, @Nullable Position found) {
        var angles =
                jdbc.sql(
                                """
                                select case when 'latitude' = any(locked_properties)
                                        then e.latitude else found.latitude end as latitude,
                                    case when 'longitude' = any(locked_properties)
                                        then e.longitude else found.longitude end as longitude
                                from (select :latitude::float8, :longitude::float8)
                                    as found (latitude, longitude)
                                left join asset_exif e on asset_id = :id
                                """)
                        .param("id", assetId)
                        .param("latitude", found == null ? null : found.latitude())
                        .param("longitude", found == null ? null : found.longitude())
                        .query(Angles.class)
                        .single();
        return angles.latitude == null
                        || angles.longitude == null
                        || !config.section("reverseGeocoding", Naming.class).enabled()
                ? Place.UNNAMED
                : places.at(angles.latitude, angles.longitude);
    }

    /** Nothing more is to be read for now. */
    void done(UUID assetId) {
        jdbc.sql(
                        """
                        insert into asset_job_status (asset_id, metadata_extracted_at)
                        select id, now() from asset where id = :id
                        on conflict (asset_id) do update set metadata_extracted_at = now()
                        """)
                .param("id", assetId)
                .update();
    }

    private List<String> tags(UUID assetId) {
        return jdbc.sql("select unnest(tags) from asset_exif where asset_id = :id")
                .param("id", assetId)
                .query(String.class)
                .list();
    }

    private static OffsetDateTime utc(Instant instant) {
        return instant.atOffset(ZoneOffset.UTC);
    }
}
