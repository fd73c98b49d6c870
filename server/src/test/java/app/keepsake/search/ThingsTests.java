package app.keepsake.search;

import static org.assertj.core.api.Assertions.assertThat;

import app.keepsake.auth.Caller;
import app.keepsake.config.SystemConfig;
import app.keepsake.jobs.Embedding;
import app.keepsake.jobs.TestTextWorker;
import app.keepsake.jobs.TextVectors;
import app.keepsake.support.AssetFixtures;
import app.keepsake.support.Fixtures;
import app.keepsake.support.ServerTest;
import app.keepsake.support.Wire;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.web.servlet.assertj.MockMvcTester;
import tools.jackson.databind.JsonNode;

@ServerTest
class ThingsTests {

    private static final List<String> NAMES = List.of("dog", "cat", "boat", "tree", "car");
    private static final AtomicInteger ASKED = new AtomicInteger();

    /** As a model that knows these things, each on an axis of its own. */
    private static Embedding thing(String text) {
        ASKED.incrementAndGet();
        var name = text.replaceFirst("^a photo of a ", "");
        return new Embedding("things", axes(NAMES.indexOf(name), 1, 0));
    }

    @Autowired JdbcClient jdbc;
    @Autowired TextVectors words;
    @Autowired SystemConfig config;
    @Autowired MockMvcTester http;
    @Autowired Fixtures users;
    @Autowired AssetFixtures given;
    private Caller ana;
    private Wire wire;

    @BeforeEach
    void setUp() {
        ana = users.user();
        wire = new Wire(http, users);
        jdbc.sql("delete from thing").update();
    }

    private static float[] axes(int at, float length, float rest) {
        var vector = new float[512];
        Arrays.fill(vector, 0, NAMES.size(), rest);
        vector[at] = length;
        return vector;
    }

    private UUID picture(Caller owner, float[] vector, Map<String, String> columns) {
        var id = given.asset(owner, columns);
        jdbc.sql(
                        "insert into smart_search (asset_id, model, embedding) values (?, 'things', ?::halfvec)")
                .params(id, Arrays.toString(vector))
                .update();
        return id;
    }

    private void name(boolean wanted) {
        new Things(jdbc, words, config, wanted, NAMES).nameAll();
    }

    private JsonNode groups() {
        return wire.get(ana, "/api/search/explore");
    }

    @Test
    void exploreShowsWhatManyPicturesShowWithTheLikeliestOfEachUntilItIsSwitchedOff() {
        var clear = picture(ana, axes(0, 1, 0), Map.of());
        for (int i = 0; i < 4; i++) {
            picture(ana, axes(0, 1, 0.97f), Map.of());
            picture(ana, axes(1, 1, 0), Map.of()); // one too few
            picture(ana, axes(2, 1, 0), Map.of());
        }
        picture(ana, axes(2, 1, 0), Map.of("visibility", "locked"));
        var bo = users.user();
        users.partner(bo, ana, true);
        picture(bo, axes(2, 1, 0), Map.of());
        // Between all of them: none is likely.
        for (int i = 0; i < 6; i++) {
            picture(ana, axes(1, 1, 1), Map.of());
        }
        try (var _ = TestTextWorker.start((text, _) -> thing(text))) {
            var before = ASKED.get();
            name(true);
            assertThat(ASKED.get() - before).isEqualTo(NAMES.size());
            name(true);
            assertThat(ASKED.get() - before).isEqualTo(NAMES.size());
        }
        var groups = groups();
        assertThat(Wire.each(groups, "fieldName"))
                .containsExactly("exifInfo.city", "smartInfo.objects");
        var items = groups.get(1).path("items");
        assertThat(Wire.each(items, "value")).containsExactly("dog");
        assertThat(Wire.id(items.get(0).path("data"))).isEqualTo(clear);
        name(false);
        assertThat(Wire.each(groups(), "fieldName")).containsExactly("exifInfo.city");
    }

    @Test
    void aPictureThatIsSeenAnewIsNamedAnew() {
        var pictures =
                Stream.generate(() -> picture(ana, axes(0, 1, 0), Map.of())).limit(5).toList();
        try (var _ = TestTextWorker.start((text, _) -> thing(text))) {
            name(true);
            assertThat(Wire.each(groups().get(1).path("items"), "value")).containsExactly("dog");
            for (var picture : pictures) {
                jdbc.sql("update smart_search set embedding = ?::halfvec where asset_id = ?")
                        .params(Arrays.toString(axes(2, 1, 0)), picture)
                        .update();
                jdbc.sql(
                                """
                                insert into asset_job_status (asset_id, smart_search_at)
                                values (?, now())
                                """)
                        .param(picture)
                        .update();
            }
            name(true);
            assertThat(Wire.each(groups().get(1).path("items"), "value")).containsExactly("boat");
        } finally {
            name(false);
        }
    }
}
