package app.keepsake.auth;

import app.keepsake.problem.Problem;
import java.util.Locale;
import java.util.UUID;
import org.springframework.stereotype.Component;

/** Logging in with a password. */
@Component
public class Logins {

    /** A new session's token, and whose it is. */
    public record Login(String token, UUID userId) {}

    private final AccountRepository accounts;
    private final Passwords passwords;
    private final LoginThrottle throttle;
    private final Sessions sessions;

    Logins(
            AccountRepository accounts,
            Passwords passwords,
            LoginThrottle throttle,
            Sessions sessions) {
        this.accounts = accounts;
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
        var found = accounts.findByEmailAndDeletedAtIsNull(address);
        var isRight = passwords.matches(password, found.map(Account::password).orElse(""));
        var account =
                found.filter(_ -> isRight)
                        .orElseThrow(
                                () -> new Problem.Unauthenticated("Incorrect email or password"));
        throttle.succeeded(address, network);
        if (passwords.canImprove(account.password(), password)) {
            accounts.replacePassword(account.id(), account.password(), passwords.hash(password));
        }
        return new Login(sessions.open(account.id(), device), account.id());
    }
}
