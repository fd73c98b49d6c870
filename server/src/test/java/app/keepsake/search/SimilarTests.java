package app.keepsake.search;

import static org.assertj.core.api.Assertions.assertThat;

import app.keepsake.auth.Caller;
import app.keepsake.jobs.Embedding;
import app.keepsake.search.Column.Comparison;
import app.keepsake.search.Similar.Limits;
import app.keepsake.support.AssetFixtures;
import app.keepsake.support.Fixtures;
import app.keepsake.support.ServerTest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

@ServerTest
class SimilarTests {

    private static final Limits COMPUTED = new Limits(1_000, 1);

    @Autowired Similar similar;
    @Autowired JdbcClient jdbc;
    @Autowired Fixtures users;
    @Autowired AssetFixtures given;
    @Autowired TransactionTemplate transaction;

    private final Random random = new Random(1);
    private Caller ana;

    @BeforeEach
    void setUp() {
        ana = users.user();
    }

    @Test
    void theIndexFindsTheCallersPicturesAmongNearerOnesOfOthers() {
        var bo = users.user();
        for (int i = 0; i < 200; i++) {
            add(bo, near(0.001f), "false");
        }
        for (int i = 0; i < 20; i++) {
            add(ana, near(0.1f), "false");
        }
        var place = at(near(0));
        var exact = nearest(place, new Criteria(), new Page(1, 20), COMPUTED);
        assertThat(exact.assetIds()).hasSize(20);
        var byIndex = byIndex(() -> pages(place, new Criteria(), 10, 10));
        assertThat(byIndex).containsExactlyInAnyOrderElementsOf(exact.assetIds());
        // Of the nearest ten it may lack some.
        assertThat(exact.assetIds().subList(0, 13)).containsAll(byIndex.subList(0, 10));
    }

    @Test
    void deepPagesHaveAllThatTheIndexDoesNotYieldAndNothingTwice() {
        for (int i = 0; i < 120; i++) {
            add(ana, near(0.1f), Boolean.toString(i % 3 == 0));
        }
        var place = at(near(0));
        var favourites = new Criteria();
        favourites.is(Conditions.Trait.FAVORITE, true);
        for (var criteria : List.of(new Criteria(), favourites)) {
            var exact = nearest(place, criteria, new Page(1, 200), COMPUTED).assetIds();
            assertThat(exact).hasSize(criteria == favourites ? 40 : 120);
            // The head of 16 may lack some of the nearest 16; then they come behind it.
            assertThat(byIndex(() -> pages(place, criteria, 16, 7)))
                    .doesNotHaveDuplicates()
                    .containsExactlyInAnyOrderElementsOf(exact);
        }
    }

    @Test
    void onlyWhereMoreMeetTheCriteriaThanAreComputedTheIndexIsAsked() {
        for (int i = 0; i < 10; i++) {
            add(ana, near(0.1f), "false");
        }
        assertThat(indexScans(new Limits(10, 5))).isZero();
        assertThat(indexScans(new Limits(9, 5))).isPositive();
    }

    @Test
    void aPageThatIsLargerThanTheHeadIsAHeadItself() {
        var least = new Limits(0, 5);
        assertThat(least.holding(new Page(1, 40))).isEqualTo(new Limits(0, 41));
        assertThat(least.holding(new Page(3, 4))).isEqualTo(least);
        for (int i = 0; i < 60; i++) {
            add(ana, near(501, 0.1f), "false");
        }
        var place = at(near(501, 0));
        var exact = nearest(place, new Criteria(), new Page(1, 60), COMPUTED).assetIds();
        var found = byIndex(() -> nearest(place, new Criteria(), new Page(1, 40), least));
        assertThat(found.assetIds()).hasSize(40).doesNotHaveDuplicates();
        assertThat(exact).containsAll(found.assetIds());
        assertThat(found.hasMore()).isTrue();
    }

    private long indexScans(Limits limits) {
        return byIndex(
                () -> {
                    var before = scans("smart_search_embedding_idx");
                    nearest(at(near(0)), new Criteria(), new Page(1, 4), limits);
                    return scans("smart_search_embedding_idx") - before;
                });
    }

    private long scans(String index) {
        return jdbc.sql("select pg_stat_get_xact_numscans(?::regclass)")
                .param(index)
                .query(Long.class)
                .single();
    }

    @Test
    void whatAnotherModelSawIsNotCompared() {
        var mine = add(ana, near(0.1f), "false");
        var other = add(ana, near(0), "false");
        jdbc.sql("update smart_search set model = 'another' where asset_id = ?")
                .param(other)
                .update();
        for (var limits : List.of(COMPUTED, new Limits(1, 10))) {
            assertThat(nearest(at(near(0)), new Criteria(), new Page(1, 10), limits).assetIds())
                    .containsExactly(mine);
        }
    }

    @Test
    void nothingIsFoundWhereNothingMeetsTheCriteria() {
        add(ana, near(0.1f), "false");
        var criteria = new Criteria();
        criteria.compare(Column.CITY, Comparison.EQUAL, "Nowhere");
        assertThat(nearest(at(near(0)), criteria, new Page(1, 10), COMPUTED).assetIds()).isEmpty();
    }

    private Found nearest(Embedding place, Criteria criteria, Page page, Limits limits) {
        return similar.nearest(ana.userId(), place, criteria, page, limits);
    }

    /** All pages one after the other, of which the index names the first so many. */
    private List<UUID> pages(Embedding place, Criteria criteria, int head, int size) {
        var all = new ArrayList<UUID>();
        var number = 1;
        Found found;
        do {
            found = nearest(place, criteria, new Page(number++, size), new Limits(0, head));
            all.addAll(found.assetIds());
        } while (found.hasMore());
        return all;
    }

    /** As if there were too many pictures to sort them all. */
    private <T> T byIndex(Supplier<T> search) {
        var result =
                transaction.execute(
                        _ -> {
                            jdbc.sql("set local enable_sort = off").update();
                            jdbc.sql("set local enable_seqscan = off").update();
                            return search.get();
                        });
        assertThat(result).isNotNull();
        return result;
    }

    private static Embedding at(float[] vector) {
        return new Embedding("test", vector);
    }

    private UUID add(Caller owner, float[] vector, String isFavorite) {
        var id = given.asset(owner, Map.of("is_favorite", isFavorite));
        jdbc.sql(
                        "insert into smart_search (asset_id, model, embedding) values (?, 'test', ?::halfvec)")
                .params(id, Arrays.toString(vector))
                .update();
        return id;
    }

    /** Close to an axis that no other class uses. */
    private float[] near(float noise) {
        return near(500, noise);
    }

    private float[] near(int axis, float noise) {
        var vector = new float[512];
        for (int i = 0; i < vector.length; i++) {
            vector[i] = noise * (random.nextFloat() - 0.5f);
        }
        vector[axis] = 1;
        return vector;
    }
}
