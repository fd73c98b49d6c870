package app.keepsake.sync;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/** Forgets what is gone, once no phone asks for it: one that was away for so long begins anew. */
@Component
class Removals {

    private static final Logger log = LoggerFactory.getLogger(Removals.class);

    /** No transaction lasts long: every phone's horizon waits for it. */
    private static final int BATCH = 10_000;

    private final JdbcClient jdbc;
    private final TransactionTemplate transaction;

    Removals(JdbcClient jdbc, TransactionTemplate transaction) {
        this.jdbc = jdbc;
        this.transaction = transaction;
    }

    /** A day later than {@link Marks} sends a phone back to the beginning. */
    @Scheduled(cron = "0 20 3 * * *")
    void prune() {
        long pruned = 0;
        int count;
        do {
            count = transaction.execute(status -> isMine() ? pruneSome() : 0);
            pruned += count;
        } while (count == BATCH);
        if (pruned > 0) {
            log.info("Forgot {} removals of more than 31 days ago", pruned);
        }
    }

    /** One server at a time. */
    private boolean isMine() {
        return jdbc.sql("select pg_try_advisory_xact_lock(hashtext('keepsake.removal'))")
                .query(Boolean.class)
                .single();
    }

    private int pruneSome() {
        return jdbc.sql(
                        """
                        delete from removal where ctid = any(array(
                            select ctid from removal
                            where removed_at < now() - interval '31 days' limit :batch))
                        """)
                .param("batch", BATCH)
                .update();
    }
}
