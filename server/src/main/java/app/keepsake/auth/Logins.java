package app.keepsake.auth;

import app.keepsake.config.SystemConfig;
import app.keepsake.problem.Problem;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/** Logging in with a password, and changing it. */
@Component
public class Logins {

    /** A new session's token, and whose it is. */
    public record Login(String token, UUID userId) {}

    private record PasswordLogin(boolean enabled) {}

    private final AccountRepository accounts;
    private final Passwords passwords;
    private final Throttle throttle;
    private final Sessions sessions;
    private final TransactionTemplate transaction;
    private final SystemConfig config;

    Logins(
            AccountRepository accounts,
            Passwords passwords,
            Throttle throttle,
            Sessions sessions,
            TransactionTemplate transaction,
            SystemConfig config) {
        this.accounts = accounts;
        this.passwords = passwords;
        this.throttle = throttle;
        this.sessions = sessions;
        this.transaction = transaction;
        this.config = config;
    }

    /**
     * Opens a session. An unknown e-mail and a wrong password look the same, in words and in time
     * ({@link Problem.Unauthenticated}); after many of them one must wait ({@link
     * Problem.TooManyAttempts}).
     *
     * @param network where the attempt comes from, as far as attempts are counted together
     */
    public Login login(String email, String password, Device device, String network) {
        if (!config.section("passwordLogin", PasswordLogin.class).enabled()) {
            throw new Problem.Unauthenticated("Password login has been disabled");
        }
        var address = email.toLowerCase(Locale.ROOT);
        var found = accounts.findByEmailAndDeletedAtIsNull(address);
        var isRight =
                throttle.isRight(
                        new Guess(Guess.Secret.PASSWORD, address, network),
                        () -> passwords.matches(password, found.map(Account::password).orElse("")));
        var account =
                found.filter(_ -> isRight)
                        .orElseThrow(
                                () -> new Problem.Unauthenticated("Incorrect email or password"));
        var token = open(account, device);
        if (token.isEmpty()) {
            return login(email, password, device, network); // what was compared holds no longer
        }
        if (passwords.canImprove(account.password(), password)) {
            accounts.rehashPassword(account.id(), account.password(), passwords.hash(password));
        }
        return new Login(token.get(), account.id());
    }

    /** Empty when the password was changed, or the account deleted, while it was compared. */
    private Optional<String> open(Account account, Device device) {
        return transaction.execute(
                _ ->
                        accounts.findByIdAndPasswordAndDeletedAtIsNull(
                                        account.id(), account.password())
                                .map(unchanged -> sessions.open(unchanged.id(), device, null)));
    }

    /**
     * Gives the caller's account another password.
     *
     * @param current the one it has now ({@link Problem.Invalid} if it is not); guessing it is as
     *     slow as guessing at a login
     * @param closeOthers whether all sessions but the caller's end
     */
    public void changePassword(
            Caller caller, String current, String next, boolean closeOthers, String network) {
        var account =
                accounts.findByIdAndDeletedAtIsNull(caller.userId())
                        .orElseThrow(Logins::wrongPassword);
        requirePassword(account, current, network);
        var hash = passwords.hash(next);
        transaction.executeWithoutResult(
                _ -> {
                    if (accounts.changePassword(account.id(), account.password(), hash) == 0) {
                        throw wrongPassword();
                    }
                    if (closeOthers) {
                        sessions.closeOthers(caller);
                    }
                });
    }

    /** Throws {@link Problem.Invalid} unless it is the account's password. */
    void requirePassword(Account account, String password, String network) {
        if (!throttle.isRight(
                new Guess(Guess.Secret.PASSWORD, account.email(), network),
                () -> passwords.matches(password, account.password()))) {
            throw wrongPassword();
        }
    }

    private static Problem wrongPassword() {
        return new Problem.Invalid("Wrong password");
    }
}
