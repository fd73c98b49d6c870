package app.keepsake.search;

import static org.assertj.core.api.Assertions.assertThat;

import app.keepsake.auth.Caller;
import app.keepsake.jobs.Embedding;
import app.keepsake.support.AssetFixtures;
import app.keepsake.support.Fixtures;
import app.keepsake.support.ServerTest;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

@ServerTest
class SearchQueriesTests {

    @Autowired SearchQueries queries;
    @Autowired JdbcClient jdbc;
    @Autowired Fixtures users;
    @Autowired AssetFixtures given;
    @Autowired TransactionTemplate transaction;

    @Test
    void theIndexFindsTheCallersPicturesAmongNearerOnesOfOthers() {
        var random = new Random(1);
        var ana = users.user();
        var bo = users.user();
        for (int i = 0; i < 200; i++) {
            add(bo, near(random, 0.001f));
        }
        for (int i = 0; i < 20; i++) {
            add(ana, near(random, 0.1f));
        }
        var page = new Page(1, 20);
        var exact = queries.exactlyNearest(ana.userId(), at(near(random, 0)), new Criteria(), page);
        // As if there were too many pictures to sort them all.
        var byIndex =
                transaction.execute(
                        _ -> {
                            jdbc.sql("set local enable_sort = off").update();
                            jdbc.sql("set local enable_seqscan = off").update();
                            return queries.nearestByIndex(
                                    ana.userId(), at(near(random, 0)), new Criteria(), page);
                        });
        assertThat(byIndex).isNotNull();
        assertThat(exact.assetIds()).hasSize(20);
        // The index rounds its distances, so near ones may change places.
        assertThat(byIndex.assetIds()).containsExactlyInAnyOrderElementsOf(exact.assetIds());
    }

    private static Embedding at(float[] vector) {
        return new Embedding("test", vector);
    }

    private void add(Caller owner, float[] vector) {
        jdbc.sql(
                        "insert into smart_search (asset_id, model, embedding) values (?, 'test', ?::halfvec)")
                .params(given.asset(owner, Map.of()), Arrays.toString(vector))
                .update();
    }

    /** Close to an axis that no other test uses. */
    private static float[] near(Random random, float noise) {
        var vector = new float[512];
        for (int i = 0; i < vector.length; i++) {
            vector[i] = noise * (random.nextFloat() - 0.5f);
        }
        vector[500] = 1;
        return vector;
    }
}
