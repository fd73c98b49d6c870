package app.keepsake.memory;

import app.keepsake.asset.AssetLinks;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
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
class MemoryRows {

    /** What of it the owner's timeline shows. */
    private static final String SHOWN =
            """
             cross join lateral (
                select array_agg(a.id order by a.local_date_time, a.id) as asset_ids
                from memory_asset ma join asset a on a.id = ma.asset_id
                where ma.memory_id = m.id and a.owner_id = m.owner_id
                    and a.visibility = 'timeline' and a.deleted_at is null) shown \
            """;

    private static final String MATCHES =
            """
             m.owner_id = :ownerId and shown.asset_ids is not null
                and (:id::uuid is null or m.id = :id::uuid)
                and (:shownAt::timestamptz is null
                    or (coalesce(m.show_at <= :shownAt::timestamptz, true)
                        and coalesce(m.hide_at >= :shownAt::timestamptz, true)))
                and (:isSaved::boolean is null or m.is_saved = :isSaved::boolean)
                and (m.deleted_at is not null) = :isTrashed
                and (:isUpcoming::boolean is null
                    or coalesce(m.show_at > now(), false) = :isUpcoming::boolean) \
            """;

    private final JdbcClient jdbc;
    private final AssetLinks assets;

    MemoryRows(JdbcClient jdbc) {
        this.jdbc = jdbc;
        this.assets = new AssetLinks(jdbc, "memory_asset", "memory_id");
    }

    /** Which it holds. */
    AssetLinks assets() {
        return assets;
    }

    List<Memory> list(UUID ownerId, MemoryFilter filter) {
        var order =
                switch (filter.order()) {
                    case ASC -> "m.memory_at, m.id";
                    case DESC -> "m.memory_at desc, m.id";
                    case RANDOM -> "random()";
                };
        return matching(
                        "select m.*, m.data ->> 'year' as year, shown.asset_ids from memory m%s where%s order by %s limit :size offset :offset"
                                .formatted(SHOWN, MATCHES, order),
                        ownerId,
                        filter)
                .param("size", filter.size())
                .param("offset", (filter.page() - 1L) * filter.size())
                .query((row, _) -> memory(row))
                .list();
    }

    int count(UUID ownerId, MemoryFilter filter) {
        return matching(
                        "select count(*) from memory m%s where%s".formatted(SHOWN, MATCHES),
                        ownerId,
                        filter)
                .query(Integer.class)
                .single();
    }

    private JdbcClient.StatementSpec matching(String sql, UUID ownerId, MemoryFilter filter) {
        return jdbc.sql(sql)
                .param("ownerId", ownerId)
                .param("id", filter.id())
                .param("shownAt", utc(filter.shownAt()))
                .param("isSaved", filter.isSaved())
                .param("isTrashed", filter.isTrashed())
                .param("isUpcoming", filter.isUpcoming());
    }

    /** Also when it shows nothing. */
    Optional<Memory> find(UUID ownerId, UUID id) {
        return jdbc.sql(
                        "select m.*, m.data ->> 'year' as year, shown.asset_ids from memory m%s where m.owner_id = :ownerId and m.id = :id"
                                .formatted(SHOWN))
                .param("ownerId", ownerId)
                .param("id", id)
                .query((row, _) -> memory(row))
                .optional();
    }

    UUID insert(UUID ownerId, NewMemory memory) {
        return jdbc.sql(
                        """
                        insert into memory (owner_id, type, data, memory_at, is_saved, seen_at,
                            show_at, hide_at)
                        values (:ownerId, 'on_this_day', jsonb_build_object('year', :year::int),
                            :memoryAt, :isSaved, :seenAt, :showAt, :hideAt)
                        returning id
                        """)
                .param("ownerId", ownerId)
                .param("year", memory.year())
                .param("memoryAt", utc(memory.memoryAt()))
                .param("isSaved", memory.isSaved())
                .param("seenAt", utc(memory.seenAt()))
                .param("showAt", utc(memory.showAt()))
                .param("hideAt", utc(memory.hideAt()))
                .query(UUID.class)
                .single();
    }

    /** Null leaves what it is. */
    void update(
            UUID id,
            @Nullable Boolean isSaved,
            @Nullable Instant seenAt,
            @Nullable Instant memoryAt) {
        jdbc.sql(
                        """
                        update memory set is_saved = coalesce(:isSaved::boolean, is_saved),
                            seen_at = coalesce(:seenAt::timestamptz, seen_at),
                            memory_at = coalesce(:memoryAt::timestamptz, memory_at),
                            updated_at = now()
                        where id = :id
                        """)
                .param("id", id)
                .param("isSaved", isSaved)
                .param("seenAt", utc(seenAt))
                .param("memoryAt", utc(memoryAt))
                .update();
    }

    void delete(UUID id) {
        jdbc.sql("delete from memory where id = :id").param("id", id).update();
    }

    /** Those that the owner's timeline shows and that are new in it. */
    Set<UUID> insertAssets(UUID id, UUID ownerId, Collection<UUID> assetIds) {
        return jdbc.sql(
                        """
                        with shown as (
                            select a.id from asset a
                            where a.id = any(:assetIds) and a.owner_id = :ownerId
                                and a.visibility = 'timeline' and a.deleted_at is null
                            order by a.id for key share)
                        insert into memory_asset (memory_id, asset_id) select :id, id from shown
                        on conflict do nothing returning asset_id
                        """)
                .param("id", id)
                .param("ownerId", ownerId)
                .param("assetIds", assetIds.toArray(UUID[]::new))
                .query(UUID.class)
                .set();
    }

    /** The last day for which memories were made. Only one transaction at a time gets past here. */
    Optional<LocalDate> lockedLastDay() {
        jdbc.sql("select pg_advisory_xact_lock(hashtextextended('keepsake.memories', 0))")
                .query((row, _) -> row.getObject(1))
                .list();
        return jdbc.sql(
                        """
                        select (value ->> 'lastOnThisDayDate')::date
                        from system_metadata where key = 'memories-state'
                        """)
                .query(LocalDate.class)
                .optional();
    }

    void setLastDay(LocalDate day) {
        jdbc.sql(
                        """
                        insert into system_metadata (key, value)
                        values ('memories-state', jsonb_build_object('lastOnThisDayDate', :day::text))
                        on conflict (key) do update set value = excluded.value
                        """)
                .param("day", day.toString())
                .update();
    }

    /**
     * Makes a memory for each user and each past year with photos of this day, of at most twenty of
     * them. Each year is one look into asset_timeline_idx. A 29 February has only leap years.
     */
    int insertOnThisDay(LocalDate day) {
        return jdbc.sql(
                        """
                        with found as materialized (
                            select gen_random_uuid() as id, u.id as owner_id, past.day,
                                photos.asset_ids
                            from "user" u
                            cross join (
                                select (:day::date - make_interval(years => n))::date as day
                                from generate_series(1, extract(year from :day::date)::int - 1900) n
                            ) past
                            cross join lateral (
                                select array_agg(newest.id) as asset_ids from (
                                    select a.id from asset a
                                    where a.owner_id = u.id and a.deleted_at is null
                                        and a.visibility = 'timeline'
                                        and a.local_date_time >= past.day
                                        and a.local_date_time < past.day + interval '1 day'
                                    order by a.local_date_time desc limit 20) newest) photos
                            where u.deleted_at is null and photos.asset_ids is not null
                                and extract(day from past.day) = extract(day from :day::date)),
                        made as (
                            insert into memory (id, owner_id, type, data, memory_at, show_at, hide_at)
                            select id, owner_id, 'on_this_day',
                                jsonb_build_object('year', extract(year from day)::int),
                                day::timestamp at time zone 'UTC',
                                :day::timestamp at time zone 'UTC',
                                :day::timestamp at time zone 'UTC' + interval '1 day'
                                    - interval '1 millisecond'
                            from found)
                        insert into memory_asset (memory_id, asset_id)
                        select id, unnest(asset_ids) from found
                        """)
                .param("day", day.toString())
                .update();
    }

    int deleteUnsaved(Instant madeBefore) {
        return jdbc.sql("delete from memory where not is_saved and created_at < :madeBefore")
                .param("madeBefore", utc(madeBefore))
                .update();
    }

    private static Memory memory(ResultSet row) throws SQLException {
        var assetIds = row.getArray("asset_ids");
        return new Memory(
                row.getObject("id", UUID.class),
                row.getObject("owner_id", UUID.class),
                Integer.parseInt(row.getString("year")),
                required(row, "memory_at"),
                row.getBoolean("is_saved"),
                instant(row, "seen_at"),
                instant(row, "show_at"),
                instant(row, "hide_at"),
                required(row, "created_at"),
                required(row, "updated_at"),
                instant(row, "deleted_at"),
                assetIds == null ? List.of() : Arrays.asList((UUID[]) assetIds.getArray()));
    }

    private static Instant required(ResultSet row, String column) throws SQLException {
        return row.getObject(column, OffsetDateTime.class).toInstant();
    }

    private static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
        var time = row.getObject(column, OffsetDateTime.class);
        return time == null ? null : time.toInstant();
    }

    private static @Nullable OffsetDateTime utc(@Nullable Instant instant) {
        return instant == null ? null : instant.atOffset(ZoneOffset.UTC);
    }
}
