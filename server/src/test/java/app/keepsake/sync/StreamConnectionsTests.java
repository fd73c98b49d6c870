package app.keepsake.sync;

import static org.assertj.core.api.Assertions.assertThat;

import app.keepsake.support.ServerTest;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

@ServerTest
class StreamConnectionsTests {

    @Autowired StreamConnections connections;

    /** A stream ends with a rollback. */
    @Test
    void theSecondStreamOfAConnectionHasItsSettingsToo() throws Exception {
        var settings = new ArrayList<String>();
        for (int i = 0; i < 2; i++) {
            connections.use(
                    UUID.randomUUID(),
                    UUID.randomUUID(),
                    connection -> settings.add(settings(connection)));
        }
        assertThat(settings.getFirst()).endsWith(" UTC off 5min repeatable read");
        // The first word is the connection's.
        assertThat(settings.getLast()).isEqualTo(settings.getFirst());
    }

    private static String settings(Connection connection) throws IOException, SQLException {
        try (var statement = connection.createStatement();
                var row =
                        statement.executeQuery(
                                """
                                select concat_ws(' ', pg_backend_pid(), current_setting('timezone'),
                                    current_setting('jit'),
                                    current_setting('idle_in_transaction_session_timeout'),
                                    current_setting('transaction_isolation'))
                                """)) {
            row.next();
            return row.getString(1);
        }
    }
}
