package app.keepsake.worker.clip;

import static app.keepsake.worker.support.WorkerFixtures.golden;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import app.keepsake.jobs.TextVectors;
import app.keepsake.worker.support.WorkerFixtures;
import app.keepsake.worker.support.WorkerTest;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.beans.factory.annotation.Autowired;

@WorkerTest
class ClipTests {

    private static final Golden GOLDEN = Golden.read();

    @Autowired Clip clip;
    @Autowired TextVectors server;

    static Stream<Map.Entry<String, float[]>> pictures() {
        return GOLDEN.images().entrySet().stream();
    }

    static Stream<Map.Entry<String, Golden.Query>> queries() {
        return GOLDEN.queries().entrySet().stream();
    }

    @ParameterizedTest
    @MethodSource("pictures")
    void seesAPictureAsTheReferenceDoes(Map.Entry<String, float[]> picture) throws IOException {
        var vector =
                Golden.seen(clip, WorkerFixtures.CLIP, golden(picture.getKey() + ".png")).vector();
        assertThat(Golden.cosine(vector, picture.getValue())).isCloseTo(1, within(1e-6));
    }

    @ParameterizedTest
    @MethodSource("queries")
    void readsATextAsTheReferenceDoes(Map.Entry<String, Golden.Query> query) throws IOException {
        assertThat(
                        Golden.cosine(
                                clip.embed(query.getKey(), null).vector(),
                                query.getValue().embedding()))
                .isCloseTo(1, within(1e-5));
    }

    @ParameterizedTest
    @MethodSource("queries")
    void findsPicturesInTheReferencesOrder(Map.Entry<String, Golden.Query> query)
            throws IOException {
        var text = clip.embed(query.getKey(), null).vector();
        var scores = new HashMap<String, Double>();
        for (var name : GOLDEN.images().keySet()) {
            scores.put(
                    name,
                    Golden.cosine(
                            text,
                            Golden.seen(clip, WorkerFixtures.CLIP, golden(name + ".png"))
                                    .vector()));
        }
        var best = scores.entrySet().stream().max(Map.Entry.comparingByValue()).orElseThrow();
        for (var expected : query.getValue().order()) {
            assertThat(scores.get((String) expected.get(0)))
                    .isCloseTo((Double) expected.get(1), within(1e-3));
        }
        var mustBe = query.getValue().topMustBe();
        if (mustBe != null) {
            assertThat(List.of(mustBe.split("\\|"))).contains(best.getKey());
        }
    }

    @Test
    void answersTheServerOverRedis() throws IOException {
        var answer = server.of("a yellow car", "de");
        assertThat(answer.vector()).containsExactly(clip.embed("a yellow car", null).vector());
        assertThat(answer.model()).isEqualTo(WorkerFixtures.CLIP);
    }
}
