package app.keepsake.stack;

import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

@Repository
class StackRows {

    private final JdbcClient jdbc;

    StackRows(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** This owner's stacks, newest first. Locked assets are in them only when asked for. */
    List<Stack> find(
            UUID ownerId,
            @Nullable Collection<UUID> ids,
            @Nullable UUID primaryAssetId,
            boolean withLocked) {
        return jdbc.sql(
                        """
                        select s.id, s.primary_asset_id,
                            array_agg(a.id order by (a.id = s.primary_asset_id) desc,
                                a.file_created_at, a.id) as asset_ids
                        from stack s join asset a on a.stack_id = s.id
                        where s.owner_id = :ownerId
                            and (:ids::uuid[] is null or s.id = any(:ids::uuid[]))
                            and (:primaryAssetId::uuid is null
                                or s.primary_asset_id = :primaryAssetId::uuid)
                            and (:withLocked or a.visibility <> 'locked')
                        group by s.id
                        order by s.created_at desc, s.id
                        """)
                .param("ownerId", ownerId)
                .param("ids", ids == null ? null : ids.toArray(UUID[]::new))
                .param("primaryAssetId", primaryAssetId)
                .param("withLocked", withLocked)
                .query(
                        (row, _) ->
                                new Stack(
                                        row.getObject("id", UUID.class),
                                        row.getObject("primary_asset_id", UUID.class),
                                        Arrays.asList(
                                                (UUID[]) row.getArray("asset_ids").getArray())))
                .list();
    }

    /** Makes changes of this owner's stacks wait for each other. */
    void lock(UUID ownerId) {
        jdbc.sql("select id from \"user\" where id = :id for no key update")
                .param("id", ownerId)
                .query(UUID.class)
                .optional();
    }

    /** Those of the ids that are of this owner's stacks. */
    Set<UUID> ownedBy(UUID ownerId, Collection<UUID> ids) {
        return jdbc.sql("select id from stack where owner_id = :ownerId and id = any(:ids)")
                .param("ownerId", ownerId)
                .param("ids", ids.toArray(UUID[]::new))
                .query(UUID.class)
                .set();
    }

    /** The assets that are in a stack with one of these, each once. */
    List<UUID> companions(Collection<UUID> assetIds) {
        return jdbc.sql(
                        """
                        select id from asset where stack_id in (
                            select stack_id from asset where id = any(:ids)) order by id
                        """)
                .param("ids", assetIds.toArray(UUID[]::new))
                .query(UUID.class)
                .list();
    }

    void dissolveThoseOf(Collection<UUID> assetIds) {
        jdbc.sql(
                        """
                        delete from stack where id in (
                            select stack_id from asset where id = any(:ids))
                        """)
                .param("ids", assetIds.toArray(UUID[]::new))
                .update();
    }

    UUID insert(UUID ownerId, UUID primaryAssetId, Collection<UUID> assetIds) {
        UUID id =
                jdbc.sql(
                                """
                                insert into stack (owner_id, primary_asset_id)
                                values (:ownerId, :primaryAssetId) returning id
                                """)
                        .param("ownerId", ownerId)
                        .param("primaryAssetId", primaryAssetId)
                        .query(UUID.class)
                        .single();
        jdbc.sql("update asset set stack_id = :id, updated_at = now() where id = any(:assetIds)")
                .param("id", id)
                .param("assetIds", assetIds.toArray(UUID[]::new))
                .update();
        return id;
    }

    void setPrimary(UUID id, UUID assetId) {
        jdbc.sql(
                        """
                        update stack set primary_asset_id = :assetId, updated_at = now()
                        where id = :id
                        """)
                .param("id", id)
                .param("assetId", assetId)
                .update();
    }

    void takeOut(UUID assetId) {
        jdbc.sql("update asset set stack_id = null, updated_at = now() where id = :id")
                .param("id", assetId)
                .update();
    }

    void delete(Collection<UUID> ids) {
        jdbc.sql("delete from stack where id = any(:ids)")
                .param("ids", ids.toArray(UUID[]::new))
                .update();
    }
}
