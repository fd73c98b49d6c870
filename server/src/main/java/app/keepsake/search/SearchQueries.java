package app.keepsake.search;

import app.keepsake.jobs.Embedding;
import com.pgvector.PGhalfvec;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import org.springframework.transaction.annotation.Transactional;

@Repository
class SearchQueries {

    /**
     * Up to so many assets every vector is compared, which is exact and takes some ten
     * milliseconds; beyond it the HNSW index is asked, which may miss some.
     */
    static final int EXACT_UP_TO = 50_000;

    /** How many neighbours the index may look at before it gives up finding the caller's. */
    private static final String MOST_SCANNED = "200000";

    private final JdbcClient jdbc;

    SearchQueries(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    Found find(UUID ownerId, Criteria criteria, Order order, Page page) {
        return page(
                """
                select a.id from asset a left join asset_exif e on e.asset_id = a.id
                where %s
                order by %s limit :limit offset :offset
                """
                        .formatted(criteria.sql(), order.sql()),
                criteria.params(ownerId),
                page);
    }

    Optional<Embedding> embeddingOf(UUID assetId) {
        return jdbc.sql("select model, embedding::text from smart_search where asset_id = :id")
                .param("id", assetId)
                .query((row, _) -> new Embedding(row.getString(1), vector(row.getString(2))))
                .optional();
    }

    @Transactional(readOnly = true)
    public Found nearest(UUID ownerId, Embedding embedding, Criteria criteria, Page page) {
        var isSmall =
                jdbc.sql(
                                """
                                select count(*) <= :most from (
                                    select from asset where owner_id = :ownerId limit :most + 1) a
                                """)
                        .param("ownerId", ownerId)
                        .param("most", EXACT_UP_TO)
                        .query(Boolean.class)
                        .single();
        return isSmall
                ? exactlyNearest(ownerId, embedding, criteria, page)
                : nearestByIndex(ownerId, embedding, criteria, page);
    }

    Found exactlyNearest(UUID ownerId, Embedding embedding, Criteria criteria, Page page) {
        // The sum keeps the planner off the index, which would miss some.
        return nearest(
                "(s.embedding <=> :vector::halfvec) + 0", ownerId, embedding, criteria, page);
    }

    @Transactional(readOnly = true)
    public Found nearestByIndex(UUID ownerId, Embedding embedding, Criteria criteria, Page page) {
        // Most neighbours may be someone else's: go on until there are enough of the caller's.
        jdbc.sql(
                        """
                        select set_config('hnsw.iterative_scan', 'strict_order', true),
                            set_config('hnsw.max_scan_tuples', :most, true)
                        """)
                .param("most", MOST_SCANNED)
                .query()
                .singleRow();
        return nearest("s.embedding <=> :vector::halfvec", ownerId, embedding, criteria, page);
    }

    private Found nearest(
            String distance, UUID ownerId, Embedding embedding, Criteria criteria, Page page) {
        var params = criteria.params(ownerId);
        params.put("model", embedding.model());
        params.put("vector", new PGhalfvec(embedding.vector()).getValue());
        return page(
                """
                select a.id from smart_search s
                join asset a on a.id = s.asset_id
                left join asset_exif e on e.asset_id = a.id
                where s.model = :model and %s
                order by %s limit :limit offset :offset
                """
                        .formatted(criteria.sql(), distance),
                params,
                page);
    }

    private Found page(String sql, Map<String, Object> params, Page page) {
        List<UUID> ids =
                jdbc.sql(sql)
                        .params(params)
                        .param("limit", page.size() + 1)
                        .param("offset", page.offset())
                        .query(UUID.class)
                        .list();
        var hasMore = ids.size() > page.size();
        return new Found(hasMore ? ids.subList(0, page.size()) : ids, hasMore);
    }

    private static float[] vector(String text) throws SQLException {
        return new PGhalfvec(text).toArray();
    }
}
