package app.keepsake.support;

import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.awaitility.Awaitility;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

/** Calls that stand still because a test holds a row that they want. */
public class Waiting {

    private final JdbcClient jdbc;
    private final TransactionTemplate transaction;

    Waiting(JdbcClient jdbc, TransactionTemplate transaction) {
        this.jdbc = jdbc;
        this.transaction = transaction;
    }

    /** What a call answers that comes while a change is made, and may have to wait for its end. */
    public <T> T answerDuring(Runnable change, Supplier<T> call) {
        return transaction
                .execute(
                        _ -> {
                            change.run();
                            var answer = CompletableFuture.supplyAsync(call);
                            awaitOr(1, answer::isDone);
                            return answer;
                        })
                .join();
    }

    /** Returns when so many transactions wait for another one, or the calls have ended without. */
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
