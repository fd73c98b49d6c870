package app.keepsake.immich.sync;

import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

/** A writer that takes its time: it has its number from the start, and is seen when it commits. */
final class OpenTransaction implements AutoCloseable {

    private final Connection connection;
    private final JdbcClient jdbc;

    OpenTransaction(DataSource database) throws SQLException {
        connection = database.getConnection();
        connection.setAutoCommit(false);
        jdbc = JdbcClient.create(new SingleConnectionDataSource(connection, true));
        jdbc.sql("select pg_current_xact_id()").query(String.class).single();
    }

    JdbcClient jdbc() {
        return jdbc;
    }

    void commit() throws SQLException {
        connection.commit();
    }

    @Override
    public void close() throws SQLException {
        connection.rollback();
        connection.setAutoCommit(true);
        connection.close();
    }
}
