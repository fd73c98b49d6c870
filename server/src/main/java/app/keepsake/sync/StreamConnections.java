package app.keepsake.sync;

import app.keepsake.problem.Problem;
import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import jakarta.annotation.PreDestroy;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

/**
 * Database connections for streams, apart from those of all other calls: a stream lasts as long as
 * its phone takes, and many of them must not keep the rest from answering.
 */
@Component
class StreamConnections {

    /** More phones than this at a time wait. */
    static final int MOST = 6;

    /** And more of one user's, so that nobody keeps out all others. */
    static final int MOST_OF_A_USER = 2;

    /**
     * In UTC, as dates are written; and without a compiler, which costs more than a stream. The
     * connection is idle while its phone reads, for which Tomcat allows a minute.
     */
    private static final String SETTINGS =
            "set timezone = 'UTC'; set jit = off; set idle_in_transaction_session_timeout = '5min'";

    private final Semaphore free = new Semaphore(MOST, true);
    private final ConcurrentMap<UUID, Semaphore> freeOfUser = new ConcurrentHashMap<>();
    private final ConcurrentMap<UUID, Place> places = new ConcurrentHashMap<>();
    private final HikariDataSource pool;
    private final Duration longestWait;

    /**
     * @param longestWait how long a phone waits for others before it is told to come again
     */
    StreamConnections(
            HikariDataSource usual, @Value("${keepsake.sync-wait:20s}") Duration longestWait) {
        this.longestWait = longestWait;
        var config = new HikariConfig();
        usual.copyStateTo(config);
        config.setPoolName("sync");
        config.setMaximumPoolSize(MOST);
        config.setMinimumIdle(0);
        config.setReadOnly(true);
        config.setAutoCommit(false);
        config.setTransactionIsolation("TRANSACTION_REPEATABLE_READ");
        config.setConnectionInitSql(SETTINGS);
        // Else the settings are in a transaction, and the first stream's end undoes them.
        config.setIsolateInternalQueries(true);
        config.setInitializationFailTimeout(-1);
        pool = new HikariDataSource(config);
    }

    /** A piece of work on a connection, in a transaction with one snapshot. */
    @FunctionalInterface
    interface Work {
        void run(Connection connection) throws IOException, SQLException;
    }

    /**
     * Throws {@link Problem.Unavailable} when there are too many for too long.
     *
     * <p>Ends the work that still runs for the same session: its phone has given up on that, though
     * it may be stuck in a write to it for another minute.
     *
     * @throws IOException from the work, also when it was ended so
     */
    void use(UUID sessionId, UUID userId, Work work) throws IOException, SQLException {
        var place =
                new Place(
                        freeOfUser.computeIfAbsent(
                                userId, _ -> new Semaphore(MOST_OF_A_USER, true)));
        var older = places.put(sessionId, place);
        if (older != null) {
            older.end();
        }
        try {
            place.take();
            try (var connection = pool.getConnection()) {
                place.hold(connection);
                try {
                    work.run(connection);
                    connection.rollback();
                } finally {
                    place.hold(null);
                }
            }
        } catch (SQLException | RuntimeException e) {
            if (place.isEnded()) {
                throw new IOException("A newer stream of the session has begun", e);
            }
            throw e;
        } finally {
            places.remove(sessionId, place);
            place.leave();
        }
    }

    /** One stream's place among the others. */
    private final class Place {

        private final Semaphore freeOfUser;
        private @Nullable Connection connection;
        private boolean isTaken;
        private boolean isEnded;

        Place(Semaphore freeOfUser) {
            this.freeOfUser = freeOfUser;
        }

        void take() {
            var until = System.nanoTime() + longestWait.toNanos();
            acquire(freeOfUser, until);
            try {
                acquire(free, until);
            } catch (Problem e) {
                freeOfUser.release();
                throw e;
            }
            synchronized (this) {
                isTaken = true;
            }
        }

        synchronized void hold(@Nullable Connection held) throws IOException {
            connection = held;
            if (isEnded && held != null) {
                throw new IOException("A newer stream of the session has begun");
            }
        }

        /** From another thread: takes the connection away. */
        synchronized void end() {
            isEnded = true;
            if (connection != null) {
                pool.evictConnection(connection);
                leave();
            }
        }

        synchronized boolean isEnded() {
            return isEnded;
        }

        synchronized void leave() {
            if (isTaken) {
                isTaken = false;
                free.release();
                freeOfUser.release();
            }
        }
    }

    private static void acquire(Semaphore semaphore, long until) {
        try {
            if (!semaphore.tryAcquire(until - System.nanoTime(), TimeUnit.NANOSECONDS)) {
                throw new Problem.Unavailable("Too many devices are syncing, try again soon");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Problem.Unavailable("The server is stopping, try again soon");
        }
    }

    @PreDestroy
    void close() {
        pool.close();
    }
}
