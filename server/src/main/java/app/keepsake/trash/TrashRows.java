package app.keepsake.trash;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** What lies in the trash, in the database. */
@Repository
class TrashRows {

    private final JdbcClient jdbc;

    TrashRows(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** Returns those that were not in the trash before. */
    List<UUID> add(Collection<UUID> ids) {
        return jdbc.sql(
                        """
                        with locked as (
                            select id from asset
                            where id = any(:ids) and deleted_at is null order by id
                            for no key update
                        )
                        update asset
                        set deleted_at = now(), status = 'trashed', updated_at = now()
                        from locked where asset.id = locked.id returning asset.id
                        """)
                .param("ids", ids.toArray(UUID[]::new))
                .query(UUID.class)
                .list();
    }

    /** Returns those that were in the trash. */
    List<UUID> restore(Collection<UUID> ids) {
        return jdbc.sql(
                        """
                        with locked as (
                            select id from asset
                            where id = any(:ids) and deleted_at is not null order by id
                            for no key update
                        )
                        update asset set deleted_at = null, status = 'active', updated_at = now()
                        from locked where asset.id = locked.id returning asset.id
                        """)
                .param("ids", ids.toArray(UUID[]::new))
                .query(UUID.class)
                .list();
    }

    List<UUID> trashed(UUID ownerId, int limit) {
        return jdbc.sql(
                        """
                        select id from asset where owner_id = :ownerId and deleted_at is not null
                        limit :limit
                        """)
                .param("ownerId", ownerId)
                .param("limit", limit)
                .query(UUID.class)
                .list();
    }

    List<UUID> all(UUID ownerId, int limit) {
        return jdbc.sql("select id from asset where owner_id = :ownerId limit :limit")
                .param("ownerId", ownerId)
                .param("limit", limit)
                .query(UUID.class)
                .list();
    }

    /** Notes that a trash is to be emptied of what is in it now; returns how much that is. */
    long orderEmptying(UUID ownerId) {
        return jdbc.sql(
                        """
                        with ordered as (
                            insert into emptied_trash (owner_id, until) values (:ownerId, now())
                            on conflict (owner_id) do update set until = excluded.until
                        )
                        select count(*) from asset
                        where owner_id = :ownerId and deleted_at is not null
                        """)
                .param("ownerId", ownerId)
                .query(Long.class)
                .single();
    }

    /** Whose trash is to be emptied still. */
    List<UUID> emptied() {
        return jdbc.sql("select owner_id from emptied_trash order by until")
                .query(UUID.class)
                .list();
    }

    /** What an emptied trash holds still; once nothing, that it was emptied is forgotten. */
    List<UUID> leftInEmptied(UUID ownerId, int limit) {
        var left =
                jdbc.sql(
                                """
                                select a.id from asset a join emptied_trash using (owner_id)
                                where owner_id = :ownerId and a.deleted_at <= until limit :limit
                                """)
                        .param("ownerId", ownerId)
                        .param("limit", limit)
                        .query(UUID.class)
                        .list();
        if (left.isEmpty()) {
            jdbc.sql(
                            """
                            delete from emptied_trash e where owner_id = :ownerId
                                and not exists (select from asset a
                                    where a.owner_id = e.owner_id and a.deleted_at <= e.until)
                            """)
                    .param("ownerId", ownerId)
                    .update();
        }
        return left;
    }

    /** Somebody whose trash holds what has lain in it for longer than this. */
    Optional<UUID> ownerOfExpired(Duration age) {
        return jdbc.sql(
                        """
                        select owner_id from asset
                        where deleted_at < now() - make_interval(secs => :seconds) limit 1
                        """)
                .param("seconds", age.toSeconds())
                .query(UUID.class)
                .optional();
    }

    List<UUID> expired(UUID ownerId, Duration age, int limit) {
        return jdbc.sql(
                        """
                        select id from asset
                        where owner_id = :ownerId
                            and deleted_at < now() - make_interval(secs => :seconds)
                        limit :limit
                        """)
                .param("ownerId", ownerId)
                .param("seconds", age.toSeconds())
                .param("limit", limit)
                .query(UUID.class)
                .list();
    }
}
