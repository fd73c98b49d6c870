package app.keepsake.auth;

import app.keepsake.problem.Problem;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Makes guessing slow: after some failures for an account, or from an address, each further attempt
 * must wait twice as long as the one before. The count is in Postgres, so it holds for all servers
 * and over restarts.
 *
 * <p>Whoever has shown a right secret from an address before is counted apart there: an attack from
 * elsewhere, however long and from however many addresses, does not keep the owner of an account
 * out at home. Only the right secret shows that: a wrong one is answered, and takes as long, as if
 * nobody had ever been there, or strangers at the same address would learn who has an account.
 *
 * <p>An attempt counts as failed from its beginning, until it succeeds: many at once gain nothing.
 */
@Component
class Throttle {

    /**
     * @param free failures that cost no waiting
     * @param longest seconds to wait, however many failures
     */
    private record Subject(String name, int free, int longest) {

        /** From any address, so it is short: the owner of the account waits as well. */
        static Subject account(Guess guess) {
            return new Subject(guess.account(), 5, 30);
        }

        static Subject address(Guess guess) {
            return new Subject(guess.address(), 20, 900);
        }

        static Subject place(Guess guess) {
            return new Subject(guess.place(), 5, 30);
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

    Throttle(JdbcClient jdbc, TransactionTemplate transaction) {
        this.jdbc = jdbc;
        this.transaction = transaction;
    }

    /**
     * Whether the guess is right, by {@code comparison}.
     *
     * @throws Problem.TooManyAttempts when it comes too soon after failed ones, be it right or
     *     wrong
     */
    boolean isRight(Guess guess, BooleanSupplier comparison) {
        forgetOldFailures();
        var isKnown = isKnown(guess);
        var secondsLeft = isKnown ? count(Subject.place(guess)) : countAsStranger(guess);
        var isRight = comparison.getAsBoolean();
        if (isKnown && !isRight && secondsLeft == 0) {
            secondsLeft = countAsStranger(guess);
        }
        if (secondsLeft > 0) {
            throw new Problem.TooManyAttempts(secondsLeft);
        }
        if (isRight) {
            succeeded(guess);
        }
        return isRight;
    }

    private long countAsStranger(Guess guess) {
        return transaction.execute(
                status -> {
                    // Account, then address: no two attempts wait for each other in a circle.
                    var byAccount = count(Subject.account(guess));
                    // What the account refuses counts here as well, or one address could ask so
                    // often that it takes every turn.
                    var byAddress = count(Subject.address(guess));
                    if (byAddress > 0) {
                        status.setRollbackOnly();
                    }
                    return Math.max(byAccount, byAddress);
                });
    }

    private void forgetOldFailures() {
        // These rows come in any order, so a locked one is left to another attempt.
        jdbc.sql(
                        """
                        delete from login_failure where subject in (
                            select subject from login_failure
                            where last_at < now() - interval '1 day'
                            for update skip locked)
                        """)
                .update();
    }

    /** Takes the attempt back: forgets the account's failures, and this one of the address. */
    private void succeeded(Guess guess) {
        for (var subject : List.of(Subject.account(guess), Subject.place(guess))) {
            jdbc.sql("delete from login_failure where subject = :subject")
                    .param("subject", subject.name())
                    .update();
        }
        if (!isKnown(guess)) {
            // Not all of the address's: an attacker may have an account too.
            jdbc.sql(
                            """
                            update login_failure set failures = greatest(failures - 1, 0)
                            where subject = :subject
                            """)
                    .param("subject", Subject.address(guess).name())
                    .update();
        }
        jdbc.sql(
                        """
                        insert into login_place (user_id, network)
                        select id, :network from "user" where email = :email
                        on conflict (user_id, network) do update set last_at = now()
                        """)
                .param("email", guess.email())
                .param("network", guess.network())
                .update();
        jdbc.sql("delete from login_place where last_at < now() - interval '1 year'").update();
    }

    private boolean isKnown(Guess guess) {
        return jdbc.sql(
                        """
                        select exists (
                            select from login_place p join "user" u on u.id = p.user_id
                            where u.email = :email and p.network = :network)
                        """)
                .param("email", guess.email())
                .param("network", guess.network())
                .query(Boolean.class)
                .single();
    }

    /** Counts a failure and answers 0, or answers the seconds until it may be tried. */
    private long count(Subject subject) {
        int counted =
                with(
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
        return counted > 0 ? 0 : secondsLeft(subject);
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
}
