package app.keepsake.jobs;

import io.lettuce.core.RedisException;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The worker's side of {@link TextVectors}, on a thread of its own, ahead of all jobs. */
final class TextAnswers extends BackgroundTask {

    private static final Logger log = LoggerFactory.getLogger(TextAnswers.class);

    private final Redis redis;
    private final TextEmbedder embedder;
    private final Duration patience;

    TextAnswers(Redis redis, TextEmbedder embedder, Duration patience) {
        super("text-vectors");
        this.redis = redis;
        this.embedder = embedder;
        this.patience = patience;
    }

    @Override
    public void start() {
        redis.listen(TextVectors.QUESTIONS, message -> wake());
        redis.onReady(this::wake);
        super.start();
        try {
            redis.publish(Redis.CONTROL, TextVectors.NEW_MODEL);
        } catch (RedisException e) {
            log.debug("Redis is away; servers forget their vectors when it is back", e);
        }
    }

    @Override
    protected Duration run() {
        while (true) {
            var question =
                    redis.list(Script.QUESTION, List.of(), String.valueOf(patience.toMillis()));
            if (question.isEmpty()) {
                return Duration.ofDays(1); // woken by the next question
            }
            var channel = (String) question.get(0);
            var id = (String) question.get(1);
            var language = (String) question.get(2);
            var text = (String) question.get(3);
            String answer;
            try {
                answer =
                        TextVectors.encode(
                                embedder.embed(text, language.isEmpty() ? null : language));
            } catch (TextVectorsUnavailable e) {
                log.warn("No vector for {} characters of text: {}", text.length(), e.getMessage());
                answer = "!" + e.getMessage();
            } catch (Throwable e) { // also a native library that cannot be loaded
                log.error("No vector for {} characters of text", text.length(), e);
                answer = "!Search by words does not work now: the worker cannot read the words";
            }
            redis.publish(channel, id + " " + answer);
        }
    }
}
