package app.keepsake.duplicate;

import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import org.springframework.transaction.annotation.Transactional;

@Repository
class DuplicateRows {

    private static final int MOST_GROUPS = 1_000;

    /** As the worker compares them. */
    private static final String IS_COMPARED =
            """
            a.owner_id = :ownerId and a.visibility = 'timeline' and a.deleted_at is null
            and a.stack_id is null\
            """;

    /** What a person may have said of an asset. */
    record Said(
            UUID id,
            boolean isFavorite,
            @Nullable Integer rating,
            String description,
            @Nullable Double latitude,
            @Nullable Double longitude) {

        boolean hasPosition() {
            return latitude != null && longitude != null;
        }
    }

    private final JdbcClient jdbc;

    DuplicateRows(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    List<Group> list(UUID ownerId) {
        return jdbc.sql(
                        """
                        select a.duplicate_id, array_agg(a.id order by a.file_created_at, a.id) as ids,
                            (array_agg(a.id order by a.size_in_bytes desc,
                                num_nonnulls(e.make, e.model, e.lens_model, e.date_time_original,
                                    e.latitude, e.rating, nullif(e.description, '')) desc,
                                a.id))[1] as best
                        from asset a left join asset_exif e on e.asset_id = a.id
                        where a.duplicate_id is not null and %s
                        group by a.duplicate_id having count(*) > 1
                        order by max(a.file_created_at) desc, a.duplicate_id limit :most
                        """
                                .formatted(IS_COMPARED))
                .param("ownerId", ownerId)
                .param("most", MOST_GROUPS)
                .query(
                        (row, _) ->
                                new Group(
                                        row.getObject("duplicate_id", UUID.class),
                                        Arrays.asList((UUID[]) row.getArray("ids").getArray()),
                                        row.getObject("best", UUID.class)))
                .list();
    }

    Set<UUID> members(UUID ownerId, UUID groupId) {
        return new HashSet<>(
                jdbc.sql("select a.id from asset a where a.duplicate_id = :id and " + IS_COMPARED)
                        .param("ownerId", ownerId)
                        .param("id", groupId)
                        .query(UUID.class)
                        .list());
    }

    List<Said> said(Collection<UUID> ids) {
        return jdbc.sql(
                        """
                        select a.id, a.is_favorite, e.rating, coalesce(e.description, '') as description,
                            e.latitude, e.longitude
                        from asset a left join asset_exif e on e.asset_id = a.id
                        where a.id = any(:ids) order by a.size_in_bytes desc, a.id
                        """)
                .param("ids", ids.toArray(UUID[]::new))
                .query(Said.class)
                .list();
    }

    List<UUID> tags(UUID ownerId, Collection<UUID> assetIds) {
        return jdbc.sql(
                        """
                        select distinct t.id from tag t join tag_asset ta on ta.tag_id = t.id
                        where t.user_id = :ownerId and ta.asset_id = any(:assetIds)
                        """)
                .param("ownerId", ownerId)
                .param("assetIds", assetIds.toArray(UUID[]::new))
                .query(UUID.class)
                .list();
    }

    List<UUID> albums(Collection<UUID> assetIds) {
        return jdbc.sql("select distinct album_id from album_asset where asset_id = any(?)")
                .param(assetIds.toArray(UUID[]::new))
                .query(UUID.class)
                .list();
    }

    @Transactional
    public void dismiss(UUID ownerId, Collection<UUID> groupIds) {
        lock(ownerId);
        part(ownerId, "a.duplicate_id", groupIds);
        jdbc.sql(
                        """
                        update asset set duplicate_id = null
                        where owner_id = :ownerId and duplicate_id = any(:groupIds)
                        """)
                .param("ownerId", ownerId)
                .param("groupIds", groupIds.toArray(UUID[]::new))
                .update();
    }

    /** Those of each group among these are not put together again. */
    @Transactional
    public void part(UUID ownerId, Collection<UUID> assetIds) {
        lock(ownerId);
        part(ownerId, "a.id", assetIds);
    }

    private void part(UUID ownerId, String column, Collection<UUID> ids) {
        jdbc.sql(
                        """
                        with dismissal as materialized (
                            select gen_random_uuid() as id, array_agg(a.id) as asset_ids
                            from asset a
                            where a.duplicate_id is not null and %s = any(:ids) and %s
                            group by a.duplicate_id having count(*) > 1)
                        insert into dismissed_duplicate (asset_id, dismissal_id)
                        select unnest(asset_ids), id from dismissal
                        """
                                .formatted(column, IS_COMPARED))
                .param("ownerId", ownerId)
                .param("ids", ids.toArray(UUID[]::new))
                .update();
    }

    /** As the worker does: what it compares meanwhile, it groups before or after. */
    private void lock(UUID ownerId) {
        jdbc.sql(
                        "select pg_advisory_xact_lock(hashtextextended('duplicates ' || ?::text, 0))::text")
                .param(ownerId)
                .query(String.class)
                .single();
    }

    /** Takes out what a group consists of; what is kept of it is not put together again. */
    @Transactional
    public void dissolve(
            UUID ownerId, UUID groupId, Collection<UUID> kept, Collection<UUID> assetIds) {
        part(ownerId, kept);
        takeOut(ownerId, groupId, assetIds);
    }

    /** And nothing is a group of one. */
    @Transactional
    public void takeOut(UUID ownerId, UUID groupId, Collection<UUID> assetIds) {
        jdbc.sql(
                        """
                        update asset set duplicate_id = null
                        where owner_id = :ownerId and duplicate_id = :groupId
                            and id = any(:assetIds)
                        """)
                .param("ownerId", ownerId)
                .param("groupId", groupId)
                .param("assetIds", assetIds.toArray(UUID[]::new))
                .update();
        jdbc.sql(
                        """
                        update asset set duplicate_id = null
                        where owner_id = :ownerId and duplicate_id = :groupId
                            and 1 = (select count(*) from asset
                                where owner_id = :ownerId and duplicate_id = :groupId)
                        """)
                .param("ownerId", ownerId)
                .param("groupId", groupId)
                .update();
    }
}
