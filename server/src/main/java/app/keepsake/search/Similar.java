package app.keepsake.search;

import app.keepsake.jobs.Embedding;
import com.pgvector.PGhalfvec;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import org.springframework.transaction.annotation.Isolation;
import org.springframework.transaction.annotation.Transactional;

/**
 * Pictures by how near they lie to a place. Where few meet the criteria, the distance of each is
 * computed. Where many do, the HNSW index names the nearest ones, the head, which may lack some;
 * whatever it lacks comes right behind it, again by computed distances. So pages have no gaps and
 * nothing twice, however deep they are and whatever the index yields.
 */
@Repository
class Similar {

    /**
     * @param exact how many may meet the criteria for every distance to be computed
     * @param head how many the index is asked for
     */
    record Limits(int exact, int head) {

        /** A page that is larger than the head is one: pages of one result are of one size. */
        Limits holding(Page page) {
            return new Limits(exact, Math.max(head, page.size() + 1));
        }
    }

    /**
     * Two pages of Immich's usual size, and whether there is a third. What it costs and how much
     * the index misses: docs/performance.md.
     */
    static final Limits STANDARD = new Limits(10_000, 201);

    /**
     * Of the nearest n the index misses fewer when it looks at more than n at a time, and at more
     * of a large library: at one vector in so many.
     */
    private static final int LOOKS_AT = 2;

    private static final int LOOKS_AT_ONE_IN = 500;

    /** The index does not look at more at a time, but goes on. */
    private static final int MOST_LOOKED_AT = 1_000;

    /** Read once, and not for each picture again. */
    private static final String PLACE = "(select :vector::halfvec)";

    private record Candidate(long candidates, @Nullable UUID assetId) {}

    private final JdbcClient jdbc;

    Similar(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    Optional<Embedding> embeddingOf(UUID assetId) {
        return jdbc.sql("select model, embedding::text from smart_search where asset_id = :id")
                .param("id", assetId)
                .query((row, _) -> new Embedding(row.getString(1), vector(row.getString(2))))
                .optional();
    }

    private static float[] vector(String text) throws SQLException {
        return new PGhalfvec(text).toArray();
    }

    @Transactional(readOnly = true, isolation = Isolation.REPEATABLE_READ)
    public Found nearest(UUID ownerId, Embedding embedding, Criteria criteria, Page page) {
        return nearest(ownerId, embedding, criteria, page, STANDARD);
    }

    @Transactional(readOnly = true, isolation = Isolation.REPEATABLE_READ)
    public Found nearest(
            UUID ownerId, Embedding embedding, Criteria criteria, Page page, Limits least) {
        var limits = least.holding(page);
        var params = criteria.params(ownerId);
        params.put("model", embedding.model());
        params.put("vector", new PGhalfvec(embedding.vector()).getValue());
        set(limits);
        var few = amongFew(criteria, params, page, limits.exact);
        if (few.isPresent()) {
            return Found.of(few.get(), page);
        }
        var head = head(criteria, params, limits.head);
        var end = page.offset() + page.size() + 1;
        var found =
                new ArrayList<>(
                        head.subList(
                                (int) Math.min(page.offset(), head.size()),
                                (int) Math.min(end, head.size())));
        if (end > head.size()) {
            found.addAll(
                    behind(
                            head,
                            criteria,
                            params,
                            end - head.size() - Math.max(0, page.offset() - head.size()),
                            Math.max(0, page.offset() - head.size())));
        }
        return Found.of(found, page);
    }

    private void set(Limits limits) {
        // Most neighbours may be someone else's, or fail the criteria: the index goes on until
        // there are enough, or it has seen so many that the rest is better computed. Which plan is
        // good depends on the criteria.
        jdbc.sql(
                        """
                        select set_config('hnsw.ef_search', least(:most, greatest(:looked,
                                (select reltuples / :one_in from pg_class
                                    where oid = 'smart_search'::regclass)))::int::text, true),
                            set_config('hnsw.iterative_scan', 'relaxed_order', true),
                            set_config('hnsw.max_scan_tuples', '50000', true),
                            set_config('hnsw.scan_mem_multiplier', '8', true),
                            set_config('plan_cache_mode', 'force_custom_plan', true)
                        """)
                .param("most", MOST_LOOKED_AT)
                .param("looked", LOOKS_AT * limits.head)
                .param("one_in", LOOKS_AT_ONE_IN)
                .query()
                .singleRow();
    }

    /** Empty when more than {@code most} meet the criteria. */
    private Optional<List<UUID>> amongFew(
            Criteria criteria, Map<String, Object> params, Page page, int most) {
        var rows =
                jdbc.sql(
                                """
                                with candidate as materialized (
                                    select a.id from asset a left join asset_exif e on e.asset_id = a.id
                                    where %1$s limit :most + 1)
                                select candidates, asset_id
                                from (select count(*) as candidates from candidate) c
                                left join lateral (
                                    select s.asset_id, (s.embedding <=> %2$s) + 0 as distance
                                    from candidate join smart_search s on s.asset_id = candidate.id
                                    where s.model = :model and c.candidates <= :most
                                    order by distance, s.asset_id limit :limit offset :offset
                                ) near on true
                                order by distance, asset_id
                                """
                                        .formatted(criteria.sql(), PLACE))
                        .params(params)
                        .param("most", most)
                        .param("limit", page.size() + 1)
                        .param("offset", page.offset())
                        .query(Candidate.class)
                        .list();
        if (rows.getFirst().candidates > most) {
            return Optional.empty();
        }
        return Optional.of(rows.stream().map(Candidate::assetId).filter(id -> id != null).toList());
    }

    /** What the index finds: the same for each page, and in the order of computed distances. */
    private List<UUID> head(Criteria criteria, Map<String, Object> params, int size) {
        return jdbc.sql(
                        """
                        with near as materialized (
                            select s.asset_id, s.embedding <=> %2$s as distance
                            from smart_search s
                            join asset a on a.id = s.asset_id
                            left join asset_exif e on e.asset_id = a.id
                            where s.model = :model and %1$s
                            order by s.embedding <=> %2$s limit :size)
                        select asset_id from near order by distance, asset_id
                        """
                                .formatted(criteria.sql(), PLACE))
                .params(params)
                .param("size", size)
                .query(UUID.class)
                .list();
    }

    private List<UUID> behind(
            List<UUID> head,
            Criteria criteria,
            Map<String, Object> params,
            long limit,
            long offset) {
        // The sum keeps the planner off the index.
        return jdbc.sql(
                        """
                        select s.asset_id from smart_search s
                        join asset a on a.id = s.asset_id
                        left join asset_exif e on e.asset_id = a.id
                        where s.model = :model and s.asset_id <> all(:head) and %1$s
                        order by (s.embedding <=> %2$s) + 0, s.asset_id
                        limit :limit offset :offset
                        """
                                .formatted(criteria.sql(), PLACE))
                .params(params)
                .param("head", head.toArray(UUID[]::new))
                .param("limit", limit)
                .param("offset", offset)
                .query(UUID.class)
                .list();
    }
}
