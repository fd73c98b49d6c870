package app.keepsake.jobs;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.ClientOptions.DisconnectedBehavior;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisException;
import io.lettuce.core.RedisNoScriptException;
import io.lettuce.core.RedisURI;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.Delay;
import io.netty.util.HashedWheelTimer;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This process's two connections to Redis: one for commands, one for messages. While Redis is away
 * every command fails at once with a {@link RedisException}; both connections come back by
 * themselves.
 *
 * <p>Nobody polls: who waits for work is told of it by a message, and who was disconnected looks
 * for itself afterwards ({@link #onReady}).
 */
final class Redis implements AutoCloseable {

    /** Messages for every process: something in Postgres or in Redis has changed under it. */
    static final String CONTROL = "keepsake:jobs:control";

    private static final Logger log = LoggerFactory.getLogger(Redis.class);
    private static final Duration COMMAND_TIMEOUT = Duration.ofSeconds(5);

    private final ClientResources resources;
    private final RedisClient client;
    private final Map<String, List<Consumer<String>>> listeners = new ConcurrentHashMap<>();
    private final List<Runnable> readyListeners = new CopyOnWriteArrayList<>();
    private volatile @Nullable StatefulRedisConnection<String, String> commands;
    private volatile @Nullable StatefulRedisPubSubConnection<String, String> messages;
    private volatile boolean closed;

    /** Connects, or goes on trying in the background: no Redis is no reason not to start. */
    Redis(String url, String clientName) {
        resources =
                ClientResources.builder()
                        .ioThreadPoolSize(2)
                        .computationThreadPoolSize(2)
                        // Lettuce's own timer wakes ten times a second, also on an idle machine.
                        .timer(
                                new HashedWheelTimer(
                                        new DefaultThreadFactory("redis-timer", true),
                                        500,
                                        TimeUnit.MILLISECONDS))
                        .reconnectDelay(
                                Delay.exponential(
                                        Duration.ofMillis(100),
                                        Duration.ofSeconds(5),
                                        2,
                                        TimeUnit.MILLISECONDS))
                        .build();
        var uri = RedisURI.create(url);
        uri.setClientName(clientName);
        uri.setTimeout(COMMAND_TIMEOUT);
        client = RedisClient.create(resources, uri);
        client.setOptions(
                ClientOptions.builder()
                        .disconnectedBehavior(DisconnectedBehavior.REJECT_COMMANDS)
                        .socketOptions(
                                SocketOptions.builder()
                                        .connectTimeout(COMMAND_TIMEOUT)
                                        .keepAlive(true)
                                        .build())
                        .build());
        if (!connect()) {
            Thread.ofVirtual().name("redis-connect").start(this::keepConnecting);
        }
    }

    private void keepConnecting() {
        try {
            do {
                Thread.sleep(Duration.ofSeconds(1));
            } while (!closed && !connect());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean connect() {
        try {
            if (commands == null) {
                commands = client.connect();
            }
            var connection = client.connectPubSub();
            connection.addListener(
                    new RedisPubSubAdapter<>() {
                        @Override
                        public void message(String channel, String message) {
                            listeners
                                    .getOrDefault(channel, List.of())
                                    .forEach(listener -> listener.accept(message));
                        }

                        @Override
                        public void subscribed(String channel, long count) {
                            // Also after every reconnection: messages may have been missed.
                            if (channel.equals(CONTROL)) {
                                readyListeners.forEach(Runnable::run);
                            }
                        }
                    });
            messages = connection;
            listeners.putIfAbsent(CONTROL, new CopyOnWriteArrayList<>());
            connection.async().subscribe(listeners.keySet().toArray(String[]::new));
            log.info("Connected to Redis");
            return true;
        } catch (RedisException e) {
            log.warn("Redis cannot be reached, trying again: {}", rootMessage(e));
            return false;
        }
    }

    private static String rootMessage(Throwable e) {
        var cause = e;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return String.valueOf(cause.getMessage());
    }

    /**
     * Hears a channel from now on; while Redis is away, from when it is back. Listeners run on the
     * connection's own thread: they must not wait.
     */
    void listen(String channel, Consumer<String> listener) {
        listeners.computeIfAbsent(channel, c -> new CopyOnWriteArrayList<>()).add(listener);
        var connection = messages;
        if (connection != null) {
            try { // what is asked next may be answered at once
                connection.async().subscribe(channel).await(1, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Runs when messages can be heard (again); at once if they can. Must not wait either. */
    void onReady(Runnable listener) {
        readyListeners.add(listener);
        if (messages != null) {
            listener.run();
        }
    }

    /** Commands; their failure is always a {@link RedisException}. */
    RedisCommands<String, String> commands() {
        var connection = commands;
        if (connection == null) {
            throw new RedisException("Not connected to Redis yet");
        }
        return connection.sync();
    }

    void publish(String channel, String message) {
        commands().publish(channel, message);
    }

    /** Runs a script whose reply is a number. */
    long count(Script script, List<String> keys, String... args) {
        Long reply = run(script, ScriptOutputType.INTEGER, keys, args);
        return reply;
    }

    /** Runs a script whose reply is a list of numbers, strings and lists. */
    List<Object> list(Script script, List<String> keys, String... args) {
        return run(script, ScriptOutputType.MULTI, keys, args);
    }

    private <T> T run(Script script, ScriptOutputType type, List<String> keys, String... args) {
        var names = keys.toArray(String[]::new);
        try {
            return commands().evalsha(script.digest(), type, names, args);
        } catch (RedisNoScriptException e) {
            // A restarted Redis has forgotten its scripts.
            return commands().eval(script.text(), type, names, args);
        }
    }

    @Override
    public void close() {
        closed = true;
        client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
        resources.shutdown(0, 2, TimeUnit.SECONDS).awaitUninterruptibly(2, TimeUnit.SECONDS);
    }
}
