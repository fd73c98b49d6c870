package app.keepsake.auth;

import app.keepsake.problem.Problem;
import java.util.Locale;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Logging in with a password. */
@Component
public class Logins {

    /** A new session's token, and whose it is. */
    public record Login(String token, UUID userId) {}

    private record Account(UUID id, String password) {
        static final Account NONE = new Account(new UUID(0, 0), "");
    }

    private final JdbcClient jdbc;
    private final Passwords passwords;
    private final LoginThrottle throttle;
    private final Sessions sessions;

    Logins(JdbcClient jdbc, Passwords passwords, LoginThrottle throttle, Sessions sessions) {
        this.jdbc = jdbc;
        this.passwords = passwords;
        this.throttle = throttle;
        this.sessions = sessions;
    }

    /**
     * Opens a session. An unknown e-mail and a wrong password look the same, in words and in time
     * ({@link Problem.Unauthenticated}); after many of them one must wait ({@link
     * Problem.TooManyAttempts}).
     *
     * @param network where the attempt comes from, as far as attempts are counted together
     */
    public Login login(String email, String password, Device device, String network) {
        var address = email.toLowerCase(Locale.ROOT);
        throttle.attempt(address, network);
        var account =
                jdbc.sql(
                                """
                                select id, password from "user"
                                where email = :email and deleted_at is null
                                """)
                        .param("email", address)
                        .query(Account.class)
                        .optional()
                        .orElse(Account.NONE);
        if (!passwords.matches(password, account.password())) {
            throw new Problem.Unauthenticated("Incorrect email or password");
        }
        throttle.succeeded(address, network);
        if (passwords.isOutdated(account.password())) {
            jdbc.sql("update \"user\" set password = :new where id = :id and password = :old")
                    .param("new", passwords.hash(password))
                    .param("id", account.id())
                    .param("old", account.password())
                    .update();
        }
        return new Login(sessions.open(account.id(), device), account.id());
    }
}
