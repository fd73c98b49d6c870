package app.keepsake.support;

import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.awaitility.Awaitility;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

/**
 * Another's transaction: it has its number from the start, is seen when it commits, and holds what
 * it has locked until then.
 */
public final class HeldTransaction implements AutoCloseable {

    private final Connection connection;
    private final JdbcClient jdbc;

    public HeldTransaction(DataSource database) throws SQLException {
        connection = database.getConnection();
        connection.setAutoCommit(false);
        jdbc = JdbcClient.create(new SingleConnectionDataSource(connection, true));
        jdbc.sql("select pg_current_xact_id()").query(String.class).single();
    }

    public JdbcClient jdbc() {
        return jdbc;
    }

    /** Until somebody waits for what this one holds. */
    public void awaitWaiter() {
        Awaitility.await().pollInSameThread().until(this::isWaitedFor);
    }

    private boolean isWaitedFor() {
        // What a transaction has seen of the others it sees again, unless told to look anew.
        jdbc.sql("select pg_stat_clear_snapshot()").query().listOfRows();
        return jdbc.sql(
                        """
                        select exists (select from pg_stat_activity
                            where pg_backend_pid() = any(pg_blocking_pids(pid)))
                        """)
                .query(Boolean.class)
                .single();
    }

    public void commit() throws SQLException {
        connection.commit();
    }

    @Override
    public void close() throws SQLException {
        connection.rollback();
        connection.setAutoCommit(true);
        connection.close();
    }
}
