package app.keepsake.immich.auth;

import static app.keepsake.support.Fixtures.email;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.test.web.servlet.assertj.MvcTestResult;
import org.springframework.transaction.support.TransactionTemplate;

/** Who guesses passwords waits, and the owner of the account hardly ever. */
class GuessingTests extends AuthTest {

    @Autowired TransactionTemplate transaction;

    @Test
    @Timeout(60)
    void waitsForNobodyElsesOldFailures() {
        var old = "address:" + UUID.randomUUID();
        var fresh = "address:" + UUID.randomUUID();
        jdbc.sql(
                        """
                        insert into login_failure (subject, failures, last_at)
                        select * from (values (?, 1, now() - interval '2 days'),
                            (?, 1, now() - interval '2 days')) f
                        """)
                .params(old, fresh)
                .update();
        transaction.executeWithoutResult(
                _ -> {
                    jdbc.sql("select from login_failure where subject = ? for update")
                            .param(old)
                            .query()
                            .listOfRows();
                    var login =
                            CompletableFuture.supplyAsync(
                                    () ->
                                            login("nobody@example.org", "wrong", "10.9.0.1")
                                                    .exchange()
                                                    .getResponse()
                                                    .getStatus());
                    assertThat(login.orTimeout(30, TimeUnit.SECONDS).join()).isEqualTo(401);
                });
        assertThat(
                        jdbc.sql("select subject from login_failure where subject in (?, ?)")
                                .params(old, fresh)
                                .query(String.class)
                                .list())
                .containsExactly(old);
    }

    @Test
    void makesGuessingAnAccountWaitWhereverItComesFromAndForgetsAtSuccess() {
        var ana = given.userWithPassword();
        for (var i = 0; i < 5; i++) {
            assertThat(login(email(ana), "wrong", "10.2.0." + i)).hasStatus(401);
        }
        failMore(subject(email(ana)), 4);
        var refused = login(email(ana), "correct horse", "10.2.1.1").exchange();
        assertThat(refused)
                .hasStatus(429)
                .bodyJson()
                .isStrictlyEqualTo("{\"message\": \"Too many failed attempts, try again later\"}");
        assertThat(retryAfter(refused)).isBetween(1, 16);
        assertThat(login(email(given.user()), "wrong", "10.2.1.1")).hasStatus(401);

        letPass(email(ana));
        assertThat(login(email(ana), "correct horse", "10.2.1.1")).hasStatus(201);
        assertThat(login(email(ana), "wrong", "10.2.1.1")).hasStatus(401);
    }

    @Test
    void neverMakesTheOwnerWaitLong() {
        var ana = given.userWithPassword();
        assertThat(login(email(ana), "wrong", "10.2.2.1")).hasStatus(401);
        jdbc.sql("update login_failure set failures = 1000000 where subject = :subject")
                .param("subject", subject(email(ana)))
                .update();
        var result = login(email(ana), "correct horse", "10.2.2.1").exchange();
        assertThat(result).hasStatus(429);
        assertThat(Integer.valueOf(result.getResponse().getHeader("Retry-After"))).isBetween(1, 30);
    }

    @Test
    void letsTheOwnerInWhereTheyHaveBeenBeforeHoweverTheAccountIsAttacked() {
        var ana = given.userWithPassword();
        assertThat(login(email(ana), "correct horse", "10.5.0.1")).hasStatus(201);
        assertThat(login(email(ana), "wrong", "10.5.0.2")).hasStatus(401);
        failMore(subject(email(ana)), 1_000_000);
        assertThat(login(email(ana), "correct horse", "10.5.0.2")).hasStatus(429);
        assertThat(login(email(ana), "correct horse", "10.5.0.1")).hasStatus(201);
    }

    @Test
    void makesGuessingWaitAlsoWhereTheOwnerHasBeenBefore() {
        var ana = given.userWithPassword();
        assertThat(login(email(ana), "correct horse", "10.5.1.1")).hasStatus(201);
        assertThat(login(email(ana), "wrong", "10.5.1.1")).hasStatus(401);
        failMore(subject(email(ana)).replace("account:", "place:") + ":10.5.1.1", 9);
        assertThat(login(email(ana), "correct horse", "10.5.1.1")).hasStatus(429);
        assertThat(login(email(ana), "correct horse", "10.5.1.2")).hasStatus(201);
    }

    @Test
    void countsForAnAddressWhatAnAccountRefusesIt() {
        var ana = given.userWithPassword();
        assertThat(login(email(ana), "wrong", "10.5.2.1")).hasStatus(401);
        failMore(subject(email(ana)), 1_000_000);
        assertThat(login(email(ana), "wrong", "10.5.2.2")).hasStatus(429);
        failMore("address:10.5.2.2", 28);
        assertThat(login(email(given.userWithPassword()), "correct horse", "10.5.2.2"))
                .hasStatus(429);
    }

    @Test
    void forgivesNoGuessesForALoginOfTheGuessersOwn() {
        var mallory = given.userWithPassword();
        assertThat(login(email(mallory), "correct horse", "10.5.3.1")).hasStatus(201);
        for (var i = 0; i < 3; i++) {
            assertThat(login("guess%d@example.org".formatted(i), "wrong", "10.5.3.1"))
                    .hasStatus(401);
            assertThat(login(email(mallory), "correct horse", "10.5.3.1")).hasStatus(201);
        }
        assertThat(
                        jdbc.sql("select failures from login_failure where subject = ?")
                                .param("address:10.5.3.1")
                                .query(Integer.class)
                                .single())
                .isEqualTo(3);
    }

    /** Or whoever shares an address with the household would learn who has an account there. */
    @Test
    void answersAWrongPasswordWhereTheOwnerHasBeenBeforeAsAnywhereElse() {
        var ana = given.userWithPassword();
        assertThat(login(email(ana), "correct horse", "10.5.4.1")).hasStatus(201);
        assertThat(login("guess@example.org", "wrong", "10.5.4.1")).hasStatus(401);
        failMore("address:10.5.4.1", 28);
        assertThat(login("another@example.org", "wrong", "10.5.4.1")).hasStatus(429);
        assertThat(login(email(ana), "wrong", "10.5.4.1")).hasStatus(429);
        assertThat(login(email(ana), "correct horse", "10.5.4.1")).hasStatus(201);

        assertThat(login(email(ana), "correct horse", "10.5.4.2")).hasStatus(201);
        assertThat(login(email(ana), "wrong", "10.5.4.3")).hasStatus(401);
        failMore(subject(email(ana)), 28);
        assertThat(login(email(ana), "wrong", "10.5.4.2")).hasStatus(429);
        assertThat(login(email(ana), "correct horse", "10.5.4.2")).hasStatus(201);
    }

    @Test
    void makesAnAddressWaitThatGuessesManyAccounts() {
        for (var i = 0; i < 3; i++) {
            var someone = "guess%d@example.org".formatted(i);
            assertThat(login(someone, "wrong", "10.3.0.1")).hasStatus(401);
        }
        failMore("address:10.3.0.1", 26);
        var ana = given.userWithPassword();
        assertThat(login(email(ana), "correct horse", "10.3.0.1")).hasStatus(429);
        assertThat(login(email(ana), "correct horse", "10.3.0.2")).hasStatus(201);
    }

    @Test
    void gainsNothingByGuessingAtOnce() throws Exception {
        var ana = given.userWithPassword();
        List<Callable<Integer>> guesses = new ArrayList<>();
        for (var i = 0; i < 16; i++) {
            var address = "10.4.0." + i;
            guesses.add(
                    () -> login(email(ana), "wrong", address).exchange().getResponse().getStatus());
        }
        var statuses = new ArrayList<Integer>();
        try (var threads = Executors.newFixedThreadPool(16)) {
            for (var answer : threads.invokeAll(guesses)) {
                statuses.add(answer.get());
            }
        }
        // Five are free; on a slow machine a second or two may pass meanwhile.
        assertThat(statuses).contains(429);
        assertThat(statuses.stream().filter(status -> status == 401).count()).isBetween(5L, 9L);
    }

    private static int retryAfter(MvcTestResult result) {
        return Integer.parseInt(String.valueOf(result.getResponse().getHeader("Retry-After")));
    }

    /** Time goes by for this account. */
    private void letPass(String email) {
        jdbc.sql("update login_failure set last_at = last_at - interval '1 hour' where subject = ?")
                .param(subject(email))
                .update();
    }
}
