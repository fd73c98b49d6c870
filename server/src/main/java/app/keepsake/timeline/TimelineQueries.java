package app.keepsake.timeline;

import app.keepsake.asset.Visibility;
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

    static Statement buckets(Scope scope, TimelineFilter filter) {
        var where = Where.of(scope, filter);
        return new Statement(
                """
                with shown as materialized (
                    select date_trunc('month', %1$s)::date as month, count(*) as count
                    from asset a
                    where %2$s
                    group by 1)%3$s
                select coalesce(json_agg(json_build_object('timeBucket', month, 'count', count)
                    order by month %4$s), '[]')
                from %5$s
                """
                        .formatted(
                                date(filter),
                                where.sql,
                                filter.withStacked() ? covered(scope, filter, where) : "",
                                direction(filter),
                                filter.withStacked() ? UNCOVERED : "shown"),
                where.params);
    }

    /**
     * What lies under another asset in a stack is counted by itself and taken off, so the months
     * are counted from the index alone.
     */
    private static String covered(Scope scope, TimelineFilter filter, Where where) {
        return """
        , covered as materialized (
            select date_trunc('month', %s)::date as month, count(*) as count
            from stack s join asset a on a.stack_id = s.id and a.id <> s.primary_asset_id
            where %s%s
            group by 1)
        """
                .formatted(
                        date(filter),
                        where.sql,
                        scope.ownerIds().isEmpty() ? "" : " and s.owner_id = any(:ownerIds)");
    }

    private static final String UNCOVERED =
            """
            (select month, shown.count - coalesce(covered.count, 0) as count
            from shown left join covered using (month)) months
            where count > 0 \
            """;

    static Statement bucket(Scope scope, TimelineFilter filter, LocalDate month) {
        var where = Where.of(scope, filter);
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
                    select a.id, a.owner_id, a.is_favorite and a.owner_id = :viewerId as is_favorite,
                        a.visibility, a.deleted_at, a.type, a.thumbhash, a.file_created_at,
                        a.created_at, a.duration_ms, a.live_photo_video_id,
                        e.projection_type, e.city, e.country, e.latitude, e.longitude,
                        coalesce(round(a.width::numeric / nullif(a.height, 0), 3), 1) as ratio,
                        (extract(epoch from
                            a.local_date_time - a.file_created_at at time zone 'UTC') / 3600)::real
                            as local_offset_hours%s
                    from asset a
                    left join asset_exif e on e.asset_id = a.id
                    where %s%s and %s >= :month and %5$s < :nextMonth
                    order by %s
                ) a
                """
                        .formatted(
                                (filter.withStacked() ? STACK : "")
                                        + (filter.withCoordinates() ? COORDINATES : ""),
                                filter.withStacked() ? STACK_OF_ASSET : "",
                                where.sql,
                                filter.withStacked() ? IS_ON_TOP : "",
                                date(filter),
                                order.formatted(direction)),
                where.params);
    }

    private static final String STACK = ", 'stack', coalesce(json_agg(stack), '[]')";

    /** Its id and how many it shows, both as text. */
    private static final String STACK_OF_ASSET =
            """
            , case when a.stack_id is not null then (
                select json_build_array(a.stack_id, count(*)::text) from asset m
                where m.stack_id = a.stack_id and m.deleted_at is null
                    and m.visibility in ('timeline', 'archive')) end as stack
            """;

    private static final String IS_ON_TOP =
            """
             and (a.stack_id is null
                or a.id = (select primary_asset_id from stack where id = a.stack_id)) \
            """;

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

        static Where of(Scope scope, TimelineFilter filter) {
            var params = new HashMap<String, Object>();
            params.put("viewerId", scope.viewerId());
            // Served by asset_timeline_idx (or asset_trash_idx): keep equal to their predicates.
            var sql =
                    new StringBuilder(
                            Boolean.TRUE.equals(filter.isTrashed())
                                    ? "a.deleted_at is not null and a.status <> 'deleted'"
                                    : "a.deleted_at is null");
            if (!scope.ownerIds().isEmpty()) {
                sql.append(" and a.owner_id = any(:ownerIds)");
                params.put("ownerIds", scope.ownerIds().toArray(UUID[]::new));
            } else if (Boolean.TRUE.equals(filter.isTrashed())) {
                sql.append(" and a.owner_id = :viewerId");
            }
            if (filter.albumId() != null) {
                sql.append(
                        " and a.id in (select asset_id from album_asset where album_id = :albumId)");
                params.put("albumId", filter.albumId());
            }
            var visibility = filter.visibility();
            if (visibility != null) {
                sql.append(" and a.visibility = :visibility");
                if (visibility == Visibility.HIDDEN) {
                    sql.append(" and a.shown_as <> 'locked'");
                }
                params.put("visibility", visibility.wireName());
            } else if (scope.isOwn() || filter.albumId() != null) {
                sql.append(" and a.visibility in ('timeline', 'archive')");
            } else {
                sql.append(" and a.visibility = 'timeline'");
            }
            if (filter.isFavorite() != null) {
                sql.append(" and (a.is_favorite and a.owner_id = :viewerId) = :isFavorite");
                params.put("isFavorite", filter.isFavorite());
            }
            if (filter.tagId() != null) {
                // With the tags below it.
                sql.append(
                        """
                         and a.id in (
                            with recursive tags as (
                                select id from tag where id = :tagId
                                union all
                                select t.id from tag t join tags on t.parent_id = tags.id)
                            select asset_id from tag_asset join tags on tags.id = tag_id)
                        """);
                params.put("tagId", filter.tagId());
            }
            if (filter.personId() != null) {
                sql.append(
                        """
                         and exists (select from asset_face f where f.asset_id = a.id
                            and f.deleted_at is null and f.is_visible
                            and f.person_id in (select known_as from known_person
                                where viewer_id = :viewerId and person_id = :personId))
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
