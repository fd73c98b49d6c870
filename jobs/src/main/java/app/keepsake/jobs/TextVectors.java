package app.keepsake.jobs;

import io.lettuce.core.RedisException;
import io.lettuce.core.XAddArgs;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Base64;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * The vectors of words, asked of whichever worker answers first. It is no job: a person waits for
 * the answer, so it passes every queue and knows no pause.
 */
public final class TextVectors {

    static final String QUESTIONS = "keepsake:text";

    /** Said by a worker that starts: its model may be another one. */
    static final String NEW_MODEL = "model";

    /** The models read some eighty words; more would only be carried about. */
    private static final int LONGEST_TEXT = 2_000;

    private static final int MOST_CACHED = 500;
    private static final int MOST_QUESTIONS = 1_000;

    private record Words(String text, @Nullable String language) {}

    private final Redis redis;
    private final Duration patience;
    private final String replies = "keepsake:text:" + UUID.randomUUID();
    private final Map<String, CompletableFuture<Embedding>> waiting = new ConcurrentHashMap<>();
    private final Map<Words, Embedding> cache =
            Collections.synchronizedMap(
                    new LinkedHashMap<>(16, 0.75f, true) {
                        @Override
                        protected boolean removeEldestEntry(Map.Entry<Words, Embedding> eldest) {
                            return size() > MOST_CACHED;
                        }
                    });

    /** How often all that was known has been forgotten. */
    private volatile int generation;

    TextVectors(Redis redis, Duration patience) {
        this.redis = redis;
        this.patience = patience;
        redis.listen(replies, this::hear);
        redis.listen(
                Redis.CONTROL,
                message -> {
                    if (message.equals(NEW_MODEL)) {
                        forget();
                    }
                });
        redis.onReady(this::forget);
    }

    /**
     * Where a text lies among the pictures of the worker's model.
     *
     * @throws TextVectorsUnavailable when no worker answers in ten seconds, or it cannot
     */
    public Embedding of(String text, @Nullable String language) {
        var words =
                new Words(
                        text.substring(0, Math.min(text.length(), LONGEST_TEXT)),
                        language == null || language.isEmpty() ? null : language);
        var known = cache.get(words);
        if (known == null) {
            var asked = generation;
            known = ask(words);
            synchronized (cache) {
                if (asked == generation) { // or it may be the answer of the model before
                    cache.put(words, known);
                }
            }
        }
        return known;
    }

    private void forget() {
        synchronized (cache) {
            generation++;
            cache.clear();
        }
    }

    /** Words lie elsewhere from now on, since another model is asked: to every server. */
    public void announceNewModel() {
        forget();
        try {
            redis.publish(Redis.CONTROL, NEW_MODEL);
        } catch (RedisException e) {
            // Servers forget their vectors when Redis is back.
        }
    }

    private Embedding ask(Words words) {
        var id = UUID.randomUUID().toString();
        var answer = new CompletableFuture<Embedding>();
        waiting.put(id, answer);
        try {
            redis.commands()
                    .xadd(
                            QUESTIONS,
                            XAddArgs.Builder.maxlen(MOST_QUESTIONS).approximateTrimming(),
                            "reply",
                            replies,
                            "id",
                            id,
                            "language",
                            words.language == null ? "" : words.language,
                            "text",
                            words.text);
            redis.publish(QUESTIONS, "");
            return answer.get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (RedisException e) {
            throw new TextVectorsUnavailable(
                    "Search by words does not work now: the job queue (Redis) is away", e);
        } catch (TimeoutException e) {
            throw new TextVectorsUnavailable(
                    "Search by words does not work now: no worker has answered in %d seconds"
                            .formatted(patience.toSeconds()),
                    e);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof TextVectorsUnavailable unavailable
                    ? unavailable
                    : new TextVectorsUnavailable("Search by words does not work now", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TextVectorsUnavailable("The server is stopping", e);
        } finally {
            waiting.remove(id);
        }
    }

    /** {@code <id> <vector> <model>}, or {@code <id> !<reason>}. */
    private void hear(String message) {
        var space = message.indexOf(' ');
        var answer = waiting.get(message.substring(0, space));
        if (answer == null) {
            return; // too late
        }
        var body = message.substring(space + 1);
        if (body.startsWith("!")) {
            answer.completeExceptionally(new TextVectorsUnavailable(body.substring(1)));
        } else {
            answer.complete(decode(body));
        }
    }

    static String encode(Embedding embedding) {
        var bytes = ByteBuffer.allocate(embedding.vector().length * Float.BYTES);
        bytes.asFloatBuffer().put(embedding.vector());
        return Base64.getEncoder().encodeToString(bytes.array()) + ' ' + embedding.model();
    }

    private static Embedding decode(String encoded) {
        var space = encoded.indexOf(' ');
        var floats =
                ByteBuffer.wrap(Base64.getDecoder().decode(encoded.substring(0, space)))
                        .asFloatBuffer();
        var vector = new float[floats.remaining()];
        floats.get(vector);
        return new Embedding(encoded.substring(space + 1), vector);
    }
}
