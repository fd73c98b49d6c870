package app.keepsake.sync;

import app.keepsake.problem.Problem;
import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import jakarta.annotation.PreDestroy;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
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

    /**
     * In UTC, as dates are written; and without a compiler, which costs more than a stream. The
     * connection is idle while its phone reads, for which Tomcat allows a minute.
     */
    private static final String SETTINGS =
            "set timezone = 'UTC'; set jit = off; set idle_in_transaction_session_timeout = '5min'";

    private final Semaphore free = new Semaphore(MOST, true);
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
        config.setInitializationFailTimeout(-1);
        pool = new HikariDataSource(config);
    }

    /** A piece of work on a connection, in a transaction with one snapshot. */
    interface Work<E extends Exception> {
        void run(Connection connection) throws E, SQLException;
    }

    /** Throws {@link Problem.Unavailable} when there are too many for too long. */
    <E extends Exception> void use(Work<E> work) throws E, SQLException {
        acquire();
        try (var connection = pool.getConnection()) {
            work.run(connection);
            connection.rollback();
        } finally {
            free.release();
        }
    }

    private void acquire() {
        try {
            if (!free.tryAcquire(longestWait.toMillis(), TimeUnit.MILLISECONDS)) {
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
