package app.keepsake.support;

import java.util.function.BooleanSupplier;
import org.awaitility.Awaitility;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Calls that stand still because a test holds a row that they want. */
public class Waiting {

    private final JdbcClient jdbc;

    Waiting(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** Returns when a transaction waits for another one, or the call has ended without. */
    public void awaitOneOr(BooleanSupplier hasEnded) {
        awaitOr(1, hasEnded);
    }

    /** As {@link #awaitOneOr} for several transactions and calls. */
    public void awaitOr(int transactions, BooleanSupplier haveEnded) {
        Awaitility.await().until(() -> haveEnded.getAsBoolean() || count() >= transactions);
    }

    private int count() {
        return jdbc.sql(
                        """
                        select count(*) from pg_stat_activity
                        where datname = current_database() and wait_event_type = 'Lock'
                        """)
                .query(Integer.class)
                .single();
    }
}
