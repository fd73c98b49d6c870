package app.keepsake.jobs;

import static app.keepsake.jobs.Scene.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TextVectorsTests {

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Scene scene = new Scene();
    private final AtomicInteger asked = new AtomicInteger();

    @AfterEach
    void close() throws Exception {
        scene.close();
    }

    private void worker(TextEmbedder embedder) {
        var answers = new TextAnswers(scene.closing(scene.connect("worker")), embedder, PATIENCE);
        scene.closing(answers::stop);
        answers.start();
    }

    private static Embedding sees(float... vector) {
        return new Embedding("a model", vector);
    }

    @Test
    void aWorkerAnswersWithTheVectorOfTheWords() {
        worker((text, language) -> sees(text.length(), "de".equals(language) ? 1.5f : -0.25f));
        var vectors = new TextVectors(scene.redis, PATIENCE);
        assertThat(vectors.of("ein roter Ball", "de").vector()).containsExactly(14f, 1.5f);
        assertThat(vectors.of("a red ball", null).vector()).containsExactly(10f, -0.25f);
        assertThat(vectors.of("a red ball", null).model()).isEqualTo("a model");
        assertThat(scene.rawRedis().xlen("keepsake:text")).isZero();
    }

    @Test
    void pausedQueuesDoNotHoldUpAnAnswer() {
        scene.pause(QueueName.SMART_SEARCH, true);
        worker((text, language) -> sees(1));
        assertThat(new TextVectors(scene.redis, PATIENCE).of("sea", null).vector())
                .containsExactly(1f);
    }

    @Test
    void theSameWordsAreAskedOnce() {
        worker((text, language) -> sees(asked.incrementAndGet()));
        var vectors = new TextVectors(scene.redis, PATIENCE);
        // Once the worker's start has been heard of, which may be while it is asked.
        await(() -> vectors.of("sea", null).equals(vectors.of("sea", null)));
    }

    @Test
    void aWorkerThatStartsMayHaveAnotherModelSoItIsAskedAnew() {
        worker((text, language) -> sees(1));
        var vectors = new TextVectors(scene.redis, PATIENCE);
        assertThat(vectors.of("sea", null).vector()).containsExactly(1f);
        scene.redis.publish(Redis.CONTROL, TextVectors.NEW_MODEL);
        var before = asked.get();
        worker((text, language) -> sees(asked.incrementAndGet() + 1));
        await(
                () -> {
                    vectors.of("sea", null);
                    scene.redis.publish(Redis.CONTROL, TextVectors.NEW_MODEL);
                    return asked.get() > before;
                });
    }

    @Test
    void keepsNoAnswerOfAModelThatWentOutOfUseMeanwhile() throws Exception {
        var changed = new CountDownLatch(1);
        worker(
                (text, language) -> {
                    var vector = sees(asked.incrementAndGet());
                    changed.await();
                    return vector;
                });
        var vectors = new TextVectors(scene.redis, PATIENCE);
        var first = CompletableFuture.supplyAsync(() -> vectors.of("sea", null));
        await(() -> asked.get() == 1);
        vectors.announceNewModel();
        changed.countDown();
        assertThat(first.get().vector()).containsExactly(1f);
        assertThat(vectors.of("sea", null).vector()).containsExactly(2f);
    }

    @Test
    void saysSoWhenNoWorkerAnswersInTime() {
        var vectors = new TextVectors(scene.redis, Duration.ofMillis(50));
        assertThatThrownBy(() -> vectors.of("sea", null))
                .isInstanceOf(TextVectorsUnavailable.class)
                .hasMessageContaining("no worker has answered");
    }

    @Test
    void nobodyAnswersAQuestionThatNobodyWaitsForAnyMore() {
        var vectors = new TextVectors(scene.redis, Duration.ofMillis(50));
        assertThatThrownBy(() -> vectors.of("old", null))
                .isInstanceOf(TextVectorsUnavailable.class);
        var answers =
                new TextAnswers(
                        scene.closing(scene.connect("worker")),
                        (text, language) -> {
                            asked.incrementAndGet();
                            return sees(1);
                        },
                        Duration.ZERO);
        scene.closing(answers::stop);
        answers.start();
        await(() -> scene.rawRedis().xlen("keepsake:text") == 0);
        assertThat(asked).hasValue(0);
    }

    @Test
    void saysWhatTheWorkerSaysMustBeDone() {
        worker(
                (text, language) -> {
                    throw new TextVectorsUnavailable("get a model first");
                });
        var vectors = new TextVectors(scene.redis, PATIENCE);
        assertThatThrownBy(() -> vectors.of("sea", null))
                .isInstanceOf(TextVectorsUnavailable.class)
                .hasMessage("get a model first");
    }

    @Test
    void saysSoEachTimeTheWorkerCannotReadTheWords() {
        worker(
                (text, language) -> {
                    if (text.equals("sea")) {
                        throw new UnsatisfiedLinkError("no such library");
                    }
                    throw new IllegalStateException("no model");
                });
        var vectors = new TextVectors(scene.redis, PATIENCE);
        for (var words : new String[] {"sea", "forest"}) {
            assertThatThrownBy(() -> vectors.of(words, null))
                    .isInstanceOf(TextVectorsUnavailable.class)
                    .hasMessageContaining("cannot read the words");
        }
    }
}
