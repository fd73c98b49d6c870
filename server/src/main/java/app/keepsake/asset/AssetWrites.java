package app.keepsake.asset;

import app.keepsake.asset.DateChange.Taken;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** What is written of assets, each a statement within the caller's transaction. */
@Repository
class AssetWrites {

    /** A film, whoever has it. */
    record Film(UUID ownerId, AssetType type, boolean isLocked) {}

    private record Dated(UUID id, Instant takenAt, @Nullable String timeZone) {}

    private final JdbcClient jdbc;

    AssetWrites(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    void change(Collection<UUID> ids, AssetChange change) {
        var duplicate = change.duplicateId();
        jdbc.sql(
                        """
                        update asset set
                            is_favorite = coalesce(:isFavorite::boolean, is_favorite),
                            visibility = coalesce(:visibility::text, visibility),
                            duplicate_id = case when :setsDuplicate then :duplicateId::uuid
                                else duplicate_id end,
                            updated_at = now()
                        where id = any(:ids)
                        """)
                .param("ids", ids.toArray(UUID[]::new))
                .param("isFavorite", change.isFavorite())
                .param(
                        "visibility",
                        change.visibility() == null ? null : change.visibility().wireName())
                .param("setsDuplicate", duplicate != null)
                .param("duplicateId", duplicate == null ? null : duplicate.value())
                .update();
    }

    void changeExif(Collection<UUID> ids, AssetChange change) {
        var rating = change.rating();
        jdbc.sql(
                        """
                        insert into asset_exif as e (asset_id, description, latitude, longitude,
                            rating, locked_properties)
                        select id, coalesce(:description::text, ''), :latitude::float8,
                            :longitude::float8, :rating::int, :locked::text[]
                        from unnest(:ids::uuid[]) id
                        on conflict (asset_id) do update set
                            description = coalesce(:description::text, e.description),
                            latitude = coalesce(:latitude::float8, e.latitude),
                            longitude = coalesce(:longitude::float8, e.longitude),
                            -- Where that is, is found out anew.
                            city = case when :moves then null else e.city end,
                            state = case when :moves then null else e.state end,
                            country = case when :moves then null else e.country end,
                            rating = case when :setsRating then :rating::int else e.rating end,
                            locked_properties = array(select distinct unnest(
                                e.locked_properties || :locked::text[]) as name order by name),
                            updated_at = now()
                        """)
                .param("ids", ids.toArray(UUID[]::new))
                .param("description", change.description())
                .param("latitude", change.latitude())
                .param("longitude", change.longitude())
                .param("moves", change.latitude() != null || change.longitude() != null)
                .param("setsRating", rating != null)
                .param("rating", rating == null ? null : rating.value())
                .param("locked", change.locked().toArray(String[]::new))
                .update();
    }

    void changeDates(Collection<UUID> ids, DateChange change) {
        var dated =
                jdbc.sql(
                                """
                                select a.id, e.time_zone,
                                    coalesce(e.date_time_original, a.file_created_at) as taken_at
                                from asset a left join asset_exif e on e.asset_id = a.id
                                where a.id = any(:ids)
                                """)
                        .param("ids", ids.toArray(UUID[]::new))
                        .query(Dated.class)
                        .list();
        var after = dated.stream().map(asset -> change.applyTo(takenOf(asset))).toList();
        jdbc.sql(
                        """
                        with new as (
                            select * from unnest(:ids::uuid[], :instants::text[], :locals::text[],
                                :zones::text[]) as t (id, instant, local, zone)
                        ), dated as (
                            update asset set file_created_at = new.instant::timestamptz,
                                local_date_time = new.local::timestamp, updated_at = now()
                            from new where asset.id = new.id
                        )
                        update asset_exif set date_time_original = new.instant::timestamptz,
                            time_zone = new.zone, updated_at = now()
                        from new where asset_exif.asset_id = new.id
                        """)
                .param("ids", dated.stream().map(Dated::id).toArray(UUID[]::new))
                .param(
                        "instants",
                        after.stream()
                                .map(taken -> taken.instant().atOffset(ZoneOffset.UTC).toString())
                                .toArray(String[]::new))
                .param(
                        "locals",
                        after.stream()
                                .map(taken -> taken.local().toString())
                                .toArray(String[]::new))
                .param("zones", after.stream().map(AssetWrites::zoneName).toArray(String[]::new))
                .update();
    }

    private static Taken takenOf(Dated asset) {
        var name = asset.timeZone;
        return new Taken(asset.takenAt, name == null ? null : TimeZones.parse(name).orElse(null));
    }

    private static @Nullable String zoneName(Taken taken) {
        return taken.zone() == null ? null : TimeZones.nameOf(taken.zone());
    }

    Optional<Film> film(UUID id) {
        return jdbc.sql(
                        "select owner_id, type, shown_as = 'locked' as is_locked from asset where id = :id")
                .param("id", id)
                .query(Film.class)
                .optional();
    }
}
