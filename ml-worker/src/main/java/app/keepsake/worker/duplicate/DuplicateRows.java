package app.keepsake.worker.duplicate;

import java.util.List;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

@Repository
class DuplicateRows {

    /** More than these are no duplicates, but a series of alike ones. */
    private static final int MOST_COMPARED = 64;

    private final JdbcClient jdbc;

    DuplicateRows(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /**
     * Until the transaction ends.
     *
     * @return whether there is such an asset
     */
    boolean lockGroupsOfOwner(UUID assetId) {
        return jdbc.sql(
                        """
                        select pg_advisory_xact_lock(
                            hashtextextended('duplicates ' || owner_id, 0))::text
                        from asset where id = ?
                        """)
                .param(assetId)
                .query(String.class)
                .optional()
                .isPresent();
    }

    /**
     * The owner's other assets of the same type that look the same, but for those of which the
     * owner has said that they are no duplicates; none for one that is not to be compared. The
     * index is asked, which goes on behind what is others'.
     */
    List<UUID> same(UUID assetId, double maxDistance) {
        jdbc.sql("select set_config('hnsw.iterative_scan', 'strict_order', true)")
                .query()
                .singleRow();
        return jdbc.sql(
                        """
                        with near as materialized (
                            select a.id, s.embedding <=> (
                                select embedding from smart_search where asset_id = :id) as distance
                            from smart_search s join asset a on a.id = s.asset_id
                            join asset this on this.id = :id and this.visibility = 'timeline'
                                and this.deleted_at is null and this.stack_id is null
                            where a.id <> :id and a.owner_id = this.owner_id and a.type = this.type
                                and s.model = (select model from smart_search where asset_id = :id)
                                and a.visibility = 'timeline' and a.deleted_at is null
                                and a.stack_id is null and not exists (
                                    select from dismissed_duplicate mine
                                    join dismissed_duplicate theirs using (dismissal_id)
                                    where mine.asset_id = :id and theirs.asset_id = a.id)
                            order by s.embedding <=> (
                                select embedding from smart_search where asset_id = :id)
                            limit :most)
                        select id from near where distance <= :maxDistance
                        """)
                .param("id", assetId)
                .param("most", MOST_COMPARED)
                .param("maxDistance", maxDistance)
                .query(UUID.class)
                .list();
    }

    /** Makes one group of an asset, these, and all groups that they are in. */
    void group(UUID assetId, List<UUID> same) {
        if (same.isEmpty()) {
            leave(assetId);
            return;
        }
        jdbc.sql(
                        """
                        with mentioned as (
                            select id, duplicate_id from asset where id = :id or id = any(:same)
                        ), joined as (
                            select coalesce(
                                (select duplicate_id from mentioned
                                    where duplicate_id is not null order by id <> :id, duplicate_id limit 1),
                                gen_random_uuid()) as id
                        )
                        update asset a set duplicate_id = joined.id from joined
                        where a.owner_id = (select owner_id from asset where id = :id)
                            and (a.id in (select id from mentioned)
                                or a.duplicate_id in (select duplicate_id from mentioned))
                            and a.duplicate_id is distinct from joined.id
                        """)
                .param("id", assetId)
                .param("same", same.toArray(UUID[]::new))
                .update();
    }

    /** And nothing is a group of one. */
    private void leave(UUID assetId) {
        jdbc.sql(
                        """
                        update asset a set duplicate_id = null from asset this
                        where this.id = :id and a.owner_id = this.owner_id
                            and a.duplicate_id = this.duplicate_id
                            and (a.id = :id or 2 = (select count(*) from asset g
                                where g.owner_id = this.owner_id
                                    and g.duplicate_id = this.duplicate_id))
                        """)
                .param("id", assetId)
                .update();
    }

    void setDone(UUID assetId) {
        jdbc.sql(
                        """
                        insert into asset_job_status (asset_id, duplicates_detected_at)
                        values (?, now())
                        on conflict (asset_id)
                            do update set duplicates_detected_at = excluded.duplicates_detected_at
                        """)
                .param(assetId)
                .update();
    }
}
