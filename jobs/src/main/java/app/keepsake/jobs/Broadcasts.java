package app.keepsake.jobs;

import io.lettuce.core.RedisException;
import java.util.function.Consumer;

/** Words from one process to all that listen, itself too: each hears them once, now or never. */
public final class Broadcasts {

    private final Redis redis;

    Broadcasts(Redis redis) {
        this.redis = redis;
    }

    /** Throws {@link RedisException} while Redis is away; then nobody hears it. */
    public void send(String channel, String message) {
        redis.publish(channel, message);
    }

    /** Hears a channel from now on, on a thread that must not wait. */
    public void listen(String channel, Consumer<String> listener) {
        redis.listen(channel, listener);
    }
}
