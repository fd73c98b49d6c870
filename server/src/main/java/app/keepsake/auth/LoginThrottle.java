package app.keepsake.auth;

import app.keepsake.problem.Problem;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Makes guessing slow: after some failures for an account, or from an address, each further attempt
 * must wait twice as long as the one before. The count is in Postgres, so it holds for all servers
 * and over restarts.
 *
 * <p>An attempt counts as failed from its beginning, until it succeeds: many at once gain nothing.
 */
@Component
class LoginThrottle {

    /**
     * @param free failures that cost no waiting
     * @param longest seconds to wait, however many failures
     */
    private record Subject(String name, int free, int longest) {

        /**
         * Short, and from any address: whoever attacks the account of the owner must not be able to
         * keep the owner out.
         */
        static Subject account(String email) {
            return new Subject("account:" + sha256(email), 5, 30);
        }

        static Subject address(String network) {
            return new Subject("address:" + network, 20, 900);
        }
    }

    /** Seconds to wait after the failures of row f. */
    private static final String DELAY =
            """
             make_interval(secs => case when f.failures < :free then 0
                 else least(:longest, power(2, least(f.failures - :free, 20))) end) \
            """;

    private final JdbcClient jdbc;
    private final TransactionTemplate transaction;

    LoginThrottle(JdbcClient jdbc, TransactionTemplate transaction) {
        this.jdbc = jdbc;
        this.transaction = transaction;
    }

    /** Counts an attempt, or refuses it: {@link Problem.TooManyAttempts}. */
    void attempt(String email, String network) {
        transaction.executeWithoutResult(
                _ -> {
                    // Account, then address: no two attempts wait for each other in a circle.
                    for (var subject : List.of(Subject.account(email), Subject.address(network))) {
                        if (count(subject) == 0) {
                            throw new Problem.TooManyAttempts(secondsLeft(subject));
                        }
                    }
                    // These rows come in any order, so a locked one is left to another attempt.
                    jdbc.sql(
                                    """
                                    delete from login_failure where subject in (
                                        select subject from login_failure
                                        where last_at < now() - interval '1 day'
                                        for update skip locked)
                                    """)
                            .update();
                });
    }

    /** Takes the attempt back: forgets the account's failures, and this one of the address. */
    void succeeded(String email, String network) {
        jdbc.sql("delete from login_failure where subject = :subject")
                .param("subject", Subject.account(email).name())
                .update();
        // Not all of the address's: an attacker may have an account too.
        jdbc.sql(
                        """
                        update login_failure set failures = greatest(failures - 1, 0)
                        where subject = :subject
                        """)
                .param("subject", Subject.address(network).name())
                .update();
    }

    private int count(Subject subject) {
        return with(
                        subject,
                        """
                        insert into login_failure as f (subject, failures, last_at)
                        values (:subject, 1, clock_timestamp())
                        on conflict (subject) do update
                            set failures = f.failures + 1, last_at = clock_timestamp()
                            where f.last_at + %s <= clock_timestamp()
                        """
                                .formatted(DELAY))
                .update();
    }

    private long secondsLeft(Subject subject) {
        return with(
                        subject,
                        """
                        select greatest(1, ceil(extract(
                            epoch from f.last_at + %s - clock_timestamp())))::bigint
                        from login_failure f where subject = :subject
                        """
                                .formatted(DELAY))
                .query(Long.class)
                .single();
    }

    private JdbcClient.StatementSpec with(Subject subject, String sql) {
        return jdbc.sql(sql)
                .param("subject", subject.name())
                .param("free", subject.free())
                .param("longest", subject.longest());
    }

    /** People type passwords into the wrong field: keep no plain text of it. */
    private static String sha256(String text) {
        try {
            return HexFormat.of()
                    .formatHex(
                            MessageDigest.getInstance("SHA-256")
                                    .digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every JDK has it
        }
    }
}
