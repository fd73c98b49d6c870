package app.keepsake.trash;

import app.keepsake.asset.AssetLocks;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** What lies in the trash, in the database. */
@Repository
class TrashRows {

    /** {@link Trashed}, about an {@code asset}. */
    private static final String IS_TO_GO =
            """
             deleted_at <= :until
                and (visibility <> 'locked' or deleted_at <= :lockedUntil::timestamptz) \
            """;

    private final JdbcClient jdbc;
    private final AssetLocks locks;

    TrashRows(JdbcClient jdbc, AssetLocks locks) {
        this.jdbc = jdbc;
        this.locks = locks;
    }

    /** Returns those that were not in the trash before. */
    List<UUID> add(UUID ownerId, Collection<UUID> ids) {
        locks.takeOwner(ownerId);
        locks.takeWithAlbums(ids);
        return jdbc.sql(
                        """
                        update asset
                        -- Not when the transaction began: an emptying may have passed since.
                        set deleted_at = clock_timestamp(), status = 'trashed', updated_at = now()
                        where id = any(:ids) and deleted_at is null returning id
                        """)
                .param("ids", ids.toArray(UUID[]::new))
                .query(UUID.class)
                .list();
    }

    /** Returns those that were in the trash. */
    List<UUID> restore(Collection<UUID> ids) {
        locks.takeWithAlbums(ids);
        return jdbc.sql(
                        """
                        update asset set deleted_at = null, status = 'active', updated_at = now()
                        where id = any(:ids) and deleted_at is not null returning id
                        """)
                .param("ids", ids.toArray(UUID[]::new))
                .query(UUID.class)
                .list();
    }

    List<UUID> trashed(UUID ownerId, boolean withLocked, int limit) {
        return jdbc.sql(
                        """
                        select id from asset where owner_id = :ownerId and deleted_at is not null
                            and (:withLocked or visibility <> 'locked')
                        limit :limit
                        """)
                .param("ownerId", ownerId)
                .param("withLocked", withLocked)
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
    long orderEmptying(UUID ownerId, boolean withLocked) {
        locks.takeOwner(ownerId);
        return jdbc.sql(
                        """
                        with ordered as (
                            insert into emptied_trash as e (owner_id, until, locked_until)
                            select :ownerId, moment, case when :withLocked then moment end
                            from clock_timestamp() moment
                            on conflict (owner_id) do update set until = excluded.until,
                                locked_until = coalesce(excluded.locked_until, e.locked_until)
                        )
                        select count(*) from asset
                        where owner_id = :ownerId and deleted_at is not null
                            and (:withLocked or visibility <> 'locked')
                        """)
                .param("ownerId", ownerId)
                .param("withLocked", withLocked)
                .query(Long.class)
                .single();
    }

    /** Whose trash is to be emptied still. */
    List<UUID> emptied() {
        return jdbc.sql("select owner_id from emptied_trash order by until")
                .query(UUID.class)
                .list();
    }

    /** What an owner has ordered to be emptied. */
    Optional<Trashed> ordered(UUID ownerId) {
        return jdbc.sql("select until, locked_until from emptied_trash where owner_id = ?")
                .param(ownerId)
                .query(Trashed.class)
                .optional();
    }

    /** An order is carried out, unless another has taken its place. */
    void carriedOut(UUID ownerId, Trashed order) {
        of(
                        order,
                        """
                        delete from emptied_trash where owner_id = :ownerId and until = :until
                            and locked_until is not distinct from :lockedUntil::timestamptz
                        """)
                .param("ownerId", ownerId)
                .update();
    }

    /** What has lain in a trash for this long. */
    Trashed expired(Duration age) {
        return jdbc.sql(
                        """
                        select moment as until, moment as locked_until
                        from (values (now() - make_interval(secs => :seconds))) t (moment)
                        """)
                .param("seconds", age.toSeconds())
                .query(Trashed.class)
                .single();
    }

    Optional<UUID> anOwnerOf(Trashed trashed) {
        return of(trashed, "select owner_id from asset where " + IS_TO_GO + " limit 1")
                .query(UUID.class)
                .optional();
    }

    List<UUID> find(UUID ownerId, Trashed trashed, int limit) {
        return of(
                        trashed,
                        "select id from asset where owner_id = :ownerId and "
                                + IS_TO_GO
                                + " limit :limit")
                .param("ownerId", ownerId)
                .param("limit", limit)
                .query(UUID.class)
                .list();
    }

    /** Which of these are to go. */
    List<UUID> among(UUID ownerId, Collection<UUID> ids, Trashed trashed) {
        return of(
                        trashed,
                        "select id from asset where owner_id = :ownerId and id = any(:ids) and "
                                + IS_TO_GO)
                .param("ownerId", ownerId)
                .param("ids", ids.toArray(UUID[]::new))
                .query(UUID.class)
                .list();
    }

    private JdbcClient.StatementSpec of(Trashed trashed, String sql) {
        return jdbc.sql(sql)
                .param("until", utc(trashed.until()))
                .param(
                        "lockedUntil",
                        trashed.lockedUntil() == null ? null : utc(trashed.lockedUntil()));
    }

    private static OffsetDateTime utc(Instant instant) {
        return instant.atOffset(ZoneOffset.UTC);
    }
}
