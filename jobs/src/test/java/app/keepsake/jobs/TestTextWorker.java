package app.keepsake.jobs;

import app.keepsake.support.TestServices;
import java.time.Duration;

/** A worker for the server's tests that answers words by the test's own model. */
public final class TestTextWorker implements AutoCloseable {

    private final Redis redis = new Redis(TestServices.get("KEEPSAKE_REDIS_URL"), "test-worker");
    private final TextAnswers answers;

    private TestTextWorker(TextEmbedder embedder) {
        answers = new TextAnswers(redis, embedder, Duration.ofSeconds(10));
        answers.start();
    }

    public static TestTextWorker start(TextEmbedder embedder) {
        return new TestTextWorker(embedder);
    }

    @Override
    public void close() {
        answers.stop();
        redis.close();
    }
}
