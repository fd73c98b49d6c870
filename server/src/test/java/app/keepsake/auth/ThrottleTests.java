package app.keepsake.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import app.keepsake.problem.Problem;
import app.keepsake.support.ServerTest;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;

@ServerTest
class ThrottleTests {

    @Autowired Throttle throttle;
    @Autowired JdbcClient jdbc;

    /** As with an account whose owner has been there: the time would tell them apart. */
    @Test
    void comparesAlsoWhatMustWait() {
        var guess =
                new Guess(Guess.Secret.PASSWORD, UUID.randomUUID() + "@example.org", "10.7.0.1");
        jdbc.sql(
                        """
                        insert into login_failure (subject, failures, last_at)
                        values ('address:10.7.0.1', 30, now())
                        """)
                .update();
        for (var isRight : new boolean[] {false, true}) {
            var comparisons = new AtomicInteger();
            assertThatThrownBy(
                            () ->
                                    throttle.isRight(
                                            guess,
                                            () -> comparisons.incrementAndGet() > 0 && isRight))
                    .isInstanceOf(Problem.TooManyAttempts.class);
            assertThat(comparisons).hasValue(1);
        }
    }
}
