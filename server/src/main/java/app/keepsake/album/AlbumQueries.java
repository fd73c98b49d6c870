package app.keepsake.album;

import app.keepsake.album.Album.Contribution;
import app.keepsake.album.Album.Member;
import app.keepsake.album.Album.Statistics;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

@Repository
class AlbumQueries {

    private static final String SHOWN =
            "x.deleted_at is null and x.visibility in ('timeline', 'archive')";

    private final JdbcClient jdbc;

    AlbumQueries(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** The albums that this user is in, newest first. */
    List<Album> find(UUID userId, AlbumFilter filter) {
        return jdbc.sql(
                        """
                        select a.*, content.*, members.*
                        from album_user me
                        join album a on a.id = me.album_id
                        cross join lateral (
                            select count(*) as asset_count, min(x.local_date_time) as start_date,
                                max(x.local_date_time) as end_date,
                                max(x.updated_at) as assets_updated_at
                            from album_asset aa join asset x on x.id = aa.asset_id
                            where aa.album_id = a.id and %s) content
                        cross join lateral (
                            select array_agg(user_id order by (role = 'owner') desc, created_at, user_id)
                                    as user_ids,
                                array_agg(role order by (role = 'owner') desc, created_at, user_id)
                                    as roles
                            from album_user where album_id = a.id) members
                        where me.user_id = :userId
                            and (:id::uuid is null or a.id = :id::uuid)
                            and (:isOwned::boolean is null or (me.role = 'owner') = :isOwned::boolean)
                            and (:isShared::boolean is null
                                or (cardinality(user_ids) > 1) = :isShared::boolean)
                            and (:name::text is null or a.album_name = :name::text)
                            and (:assetId::uuid is null or exists (
                                select from album_asset
                                where album_id = a.id and asset_id = :assetId::uuid))
                        order by a.created_at desc, a.id
                        """
                                .formatted(SHOWN))
                .param("userId", userId)
                .param("id", filter.id())
                .param("isOwned", filter.isOwned())
                .param("isShared", filter.isShared())
                .param("name", filter.name())
                .param("assetId", filter.assetId())
                .query((row, _) -> album(row))
                .list();
    }

    List<Contribution> contributions(UUID albumId) {
        return jdbc.sql(
                        """
                        select x.owner_id as user_id, count(*) as asset_count
                        from album_asset aa join asset x on x.id = aa.asset_id
                        where aa.album_id = :albumId and %s
                        group by 1 order by 2 desc, 1
                        """
                                .formatted(SHOWN))
                .param("albumId", albumId)
                .query(Contribution.class)
                .list();
    }

    Statistics statistics(UUID userId) {
        return jdbc.sql(
                        """
                        select count(*) filter (where me.role = 'owner') as owned,
                            count(*) filter (where others.exist) as shared,
                            count(*) filter (where not others.exist) as not_shared
                        from album_user me
                        cross join lateral (
                            select exists (select from album_user u where u.album_id = me.album_id
                                and u.user_id <> me.user_id) as exist) others
                        where me.user_id = :userId
                        """)
                .param("userId", userId)
                .query(Statistics.class)
                .single();
    }

    /** As JSON, since an album can hold a library. */
    byte[] mapMarkers(UUID albumId) {
        return jdbc.sql(
                        """
                        select coalesce(json_agg(json_build_object('id', x.id, 'lat', e.latitude,
                            'lon', e.longitude, 'city', e.city, 'state', e.state,
                            'country', e.country) order by x.local_date_time desc, x.id), '[]')
                        from album_asset aa
                        join asset x on x.id = aa.asset_id
                        join asset_exif e on e.asset_id = x.id
                        where aa.album_id = :albumId and %s
                            and e.latitude is not null and e.longitude is not null
                        """
                                .formatted(SHOWN))
                .param("albumId", albumId)
                .query((row, _) -> row.getBytes(1))
                .single();
    }

    private static Album album(ResultSet row) throws SQLException {
        return new Album(
                row.getObject("id", UUID.class),
                row.getString("album_name"),
                row.getString("description"),
                row.getObject("album_thumbnail_asset_id", UUID.class),
                row.getBoolean("is_activity_enabled"),
                row.getString("order").equals("asc"),
                row.getObject("created_at", OffsetDateTime.class).toInstant(),
                row.getObject("updated_at", OffsetDateTime.class).toInstant(),
                members(row.getArray("user_ids"), row.getArray("roles")),
                row.getInt("asset_count"),
                row.getObject("start_date", LocalDateTime.class),
                row.getObject("end_date", LocalDateTime.class),
                instant(row.getObject("assets_updated_at", OffsetDateTime.class)));
    }

    private static List<Member> members(Array userIds, Array roles) throws SQLException {
        var ids = (UUID[]) userIds.getArray();
        var names = (String[]) roles.getArray();
        var members = new ArrayList<Member>(ids.length);
        for (var i = 0; i < ids.length; i++) {
            members.add(new Member(ids[i], Role.parse(names[i])));
        }
        return List.copyOf(members);
    }

    private static @Nullable Instant instant(@Nullable OffsetDateTime time) {
        return time == null ? null : time.toInstant();
    }
}
