package app.keepsake.timeline;

import app.keepsake.timeline.TimelineFilter.By;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

@Repository
class TimelineQueries {

    private final JdbcClient jdbc;

    TimelineQueries(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    boolean isPersonOf(UUID ownerId, UUID personId) {
        return jdbc.sql("select exists (select from person where id = :id and owner_id = :ownerId)")
                .param("id", personId)
                .param("ownerId", ownerId)
                .query(Boolean.class)
                .single();
    }

    /** SQL whose one value is the answer. */
    record Statement(String sql, Map<String, Object> params) {}

    /** The driver's bytes go out as they came: no text, and no object an asset. */
    byte[] json(Statement statement) {
        return jdbc.sql(statement.sql)
                .params(statement.params)
                .query((row, number) -> row.getBytes(1))
                .single();
    }

    static Statement buckets(UUID ownerId, TimelineFilter filter) {
        var where = Where.of(ownerId, filter);
        return new Statement(
                """
                select coalesce(json_agg(json_build_object('timeBucket', month, 'count', count)
                    order by month %s), '[]')
                from (
                    select date_trunc('month', %s)::date as month, count(*) as count
                    from asset a
                    where %s
                    group by 1
                ) months
                """
                        .formatted(direction(filter), date(filter), where.sql),
                where.params);
    }

    static Statement bucket(UUID ownerId, TimelineFilter filter, LocalDate month) {
        var where = Where.of(ownerId, filter);
        where.params.put("month", month.atStartOfDay());
        where.params.put("nextMonth", month.plusMonths(1).atStartOfDay());
        var direction = direction(filter);
        // Immich sorts by the day as it was there, then by the instant.
        var order =
                filter.by() == By.CREATED
                        ? "a.created_at %1$s, a.id %1$s"
                        : "a.local_date_time::date %1$s, a.file_created_at %1$s, a.id %1$s";
        return new Statement(
                """
                select json_build_object(
                    'id', coalesce(json_agg(id), '[]'),
                    'ownerId', coalesce(json_agg(owner_id), '[]'),
                    'ratio', coalesce(json_agg(ratio), '[]'),
                    'isFavorite', coalesce(json_agg(is_favorite), '[]'),
                    'visibility', coalesce(json_agg(visibility), '[]'),
                    'isTrashed', coalesce(json_agg(deleted_at is not null), '[]'),
                    'isImage', coalesce(json_agg(type = 'IMAGE'), '[]'),
                    'thumbhash', coalesce(json_agg(encode(thumbhash, 'base64')), '[]'),
                    'fileCreatedAt', coalesce(json_agg(file_created_at at time zone 'UTC'), '[]'),
                    'createdAt', coalesce(json_agg(created_at at time zone 'UTC'), '[]'),
                    'localOffsetHours', coalesce(json_agg(local_offset_hours), '[]'),
                    'duration', coalesce(json_agg(duration_ms), '[]'),
                    'projectionType', coalesce(json_agg(projection_type), '[]'),
                    'livePhotoVideoId', coalesce(json_agg(live_photo_video_id), '[]'),
                    'city', coalesce(json_agg(city), '[]'),
                    'country', coalesce(json_agg(country), '[]')%s)
                from (
                    select a.*, e.projection_type, e.city, e.country, e.latitude, e.longitude,
                        coalesce(round(a.width::numeric / nullif(a.height, 0), 3), 1) as ratio,
                        (extract(epoch from
                            a.local_date_time - a.file_created_at at time zone 'UTC') / 3600)::real
                            as local_offset_hours
                    from asset a
                    left join asset_exif e on e.asset_id = a.id
                    where %s and %s >= :month and %3$s < :nextMonth
                    order by %s
                ) a
                """
                        .formatted(
                                (filter.withStacked() ? STACK : "")
                                        + (filter.withCoordinates() ? COORDINATES : ""),
                                where.sql,
                                date(filter),
                                order.formatted(direction)),
                where.params);
    }

    // Nothing is in a stack before there are stacks.
    private static final String STACK = ", 'stack', coalesce(json_agg(null::json), '[]')";

    private static final String COORDINATES =
            ", 'latitude', coalesce(json_agg(latitude), '[]')"
                    + ", 'longitude', coalesce(json_agg(longitude), '[]')";

    private static String direction(TimelineFilter filter) {
        return filter.oldestFirst() ? "asc" : "desc";
    }

    /** A wall clock in both cases, so months begin at midnight. */
    private static String date(TimelineFilter filter) {
        return filter.by() == By.CREATED
                ? "(a.created_at at time zone 'UTC')"
                : "a.local_date_time";
    }

    private record Where(String sql, Map<String, Object> params) {

        static Where of(UUID ownerId, TimelineFilter filter) {
            var params = new HashMap<String, Object>();
            params.put("ownerId", ownerId);
            // Served by asset_timeline_idx (or asset_trash_idx): keep equal to their predicates.
            var sql = new StringBuilder("a.owner_id = :ownerId");
            sql.append(
                    Boolean.TRUE.equals(filter.isTrashed())
                            ? " and a.deleted_at is not null and a.status <> 'deleted'"
                            : " and a.deleted_at is null");
            var visibility = filter.visibility();
            if (visibility == null) {
                sql.append(" and a.visibility in ('timeline', 'archive')");
            } else {
                sql.append(" and a.visibility = :visibility");
                params.put("visibility", visibility.wireName());
            }
            if (filter.isFavorite() != null) {
                sql.append(" and a.is_favorite = :isFavorite");
                params.put("isFavorite", filter.isFavorite());
            }
            if (filter.personId() != null) {
                sql.append(
                        """
                         and exists (select from asset_face f where f.asset_id = a.id
                            and f.person_id = :personId and f.deleted_at is null)
                        """);
                params.put("personId", filter.personId());
            }
            var box = filter.box();
            if (box != null) {
                sql.append(
                        """
                         and exists (select from asset_exif x where x.asset_id = a.id
                            and x.latitude between :south and :north and (%s))
                        """
                                .formatted(
                                        box.west() <= box.east()
                                                ? "x.longitude between :west and :east"
                                                : "x.longitude >= :west or x.longitude <= :east"));
                params.put("south", box.south());
                params.put("north", box.north());
                params.put("west", box.west());
                params.put("east", box.east());
            }
            return new Where(sql.toString(), params);
        }
    }
}
