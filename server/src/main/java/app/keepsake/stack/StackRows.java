package app.keepsake.stack;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
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

    private static final String COLUMNS =
            """
             s.id, s.primary_asset_id,
                array_agg(a.id order by (a.id = s.primary_asset_id) desc,
                    a.file_created_at, a.id) as asset_ids \
            """;

    /** This owner's stacks that show something, newest first. */
    List<Stack> list(UUID ownerId, @Nullable UUID id, @Nullable UUID primaryAssetId) {
        return jdbc.sql(
                        """
                        select %s from stack s join asset a on a.stack_id = s.id
                        where s.owner_id = :ownerId and (:id::uuid is null or s.id = :id::uuid)
                            and (:primaryAssetId::uuid is null
                                or s.primary_asset_id = :primaryAssetId::uuid)
                            and a.deleted_at is null and a.visibility <> 'locked'
                        group by s.id
                        order by s.created_at desc, s.id
                        """
                                .formatted(COLUMNS))
                .param("ownerId", ownerId)
                .param("id", id)
                .param("primaryAssetId", primaryAssetId)
                .query((row, _) -> stack(row))
                .list();
    }

    /** With all that is in it. */
    Optional<Stack> find(UUID id) {
        return jdbc.sql(
                        """
                        select %s from stack s join asset a on a.stack_id = s.id
                        where s.id = :id group by s.id
                        """
                                .formatted(COLUMNS))
                .param("id", id)
                .query((row, _) -> stack(row))
                .optional();
    }

    /** With what this user sees of it: another's archive is not shown. */
    Optional<Stack> around(UUID assetId, UUID viewerId) {
        return jdbc.sql(
                        """
                        select %s from stack s join asset a on a.stack_id = s.id
                        where s.id = (select stack_id from asset where id = :assetId)
                            and a.deleted_at is null
                            and (a.visibility = 'timeline'
                                or s.owner_id = :viewerId and a.visibility <> 'locked')
                        group by s.id
                        """
                                .formatted(COLUMNS))
                .param("assetId", assetId)
                .param("viewerId", viewerId)
                .query((row, _) -> stack(row))
                .optional();
    }

    private static Stack stack(ResultSet row) throws SQLException {
        return new Stack(
                row.getObject("id", UUID.class),
                row.getObject("primary_asset_id", UUID.class),
                Arrays.asList((UUID[]) row.getArray("asset_ids").getArray()));
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

    /** The first asset of each. */
    List<UUID> primaries(Collection<UUID> ids) {
        return jdbc.sql("select primary_asset_id from stack where id = any(:ids)")
                .param("ids", ids.toArray(UUID[]::new))
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

    /** Puts something that shows on top, where there is such, of the stacks that these led. */
    int promoteInsteadOf(Collection<UUID> assetIds) {
        return jdbc.sql(
                        """
                        update stack s set primary_asset_id = shown.id, updated_at = now()
                        from (
                            select distinct on (stack_id) stack_id, id from asset
                            where stack_id in (select id from stack
                                    where primary_asset_id = any(:ids))
                                and deleted_at is null and visibility in ('timeline', 'archive')
                            order by stack_id, visibility <> 'timeline', file_created_at, id
                        ) shown
                        where s.id = shown.stack_id
                        """)
                .param("ids", assetIds.toArray(UUID[]::new))
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
