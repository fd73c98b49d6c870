package app.keepsake.auth;

import app.keepsake.problem.Problem;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/** The six digits that open the locked folder. */
@Component
public class PinCodes {

    /** What shows that it is the account's owner who asks: the password counts before the PIN. */
    public record Proof(@Nullable String password, @Nullable String pinCode) {}

    private final AccountRepository accounts;
    private final Passwords passwords;
    private final Throttle throttle;
    private final Logins logins;
    private final Sessions sessions;
    private final TransactionTemplate transaction;

    PinCodes(
            AccountRepository accounts,
            Passwords passwords,
            Throttle throttle,
            Logins logins,
            Sessions sessions,
            TransactionTemplate transaction) {
        this.accounts = accounts;
        this.passwords = passwords;
        this.throttle = throttle;
        this.logins = logins;
        this.sessions = sessions;
        this.transaction = transaction;
    }

    /** The first PIN of an account; throws {@link Problem.Invalid} if it has one. */
    public void setUp(Caller caller, String pinCode) {
        // Asked before as well: hashing takes long.
        if (accountOf(caller).pinCode() != null
                || accounts.addPinCode(caller.userId(), passwords.hash(pinCode)) == 0) {
            throw new Problem.Invalid("User already has a PIN code");
        }
    }

    /** Throws {@link Problem.Invalid} if there is no PIN or the proof is wrong. */
    public void change(Caller caller, Proof proof, String next, String network) {
        var current = require(accountOf(caller), proof, network);
        if (accounts.changePinCode(caller.userId(), current, passwords.hash(next)) == 0) {
            throw wrongPinCode();
        }
    }

    /** Takes the PIN away, and locks all sessions; throws as {@link #change}. */
    public void reset(Caller caller, Proof proof, String network) {
        var current = require(accountOf(caller), proof, network);
        transaction.executeWithoutResult(
                _ -> {
                    if (accounts.changePinCode(caller.userId(), current, null) == 0) {
                        throw wrongPinCode();
                    }
                    sessions.lockAll(caller.userId());
                });
    }

    /**
     * Shows locked assets to the caller's session for a while. Throws as {@link #change}, and for
     * an API key.
     */
    public void unlock(Caller caller, @Nullable String pinCode, String network) {
        Sessions.requireSession(caller);
        var shown = require(accountOf(caller), new Proof(null, pinCode), network);
        transaction.executeWithoutResult(
                _ -> {
                    if (accounts.findByIdAndPinCode(caller.userId(), shown).isEmpty()) {
                        throw wrongPinCode();
                    }
                    sessions.elevate(caller);
                });
    }

    /** The hash of the PIN, of which the caller may dispose. */
    private String require(Account account, Proof proof, String network) {
        var stored = account.pinCode();
        if (stored == null) {
            throw new Problem.Invalid("User does not have a PIN code");
        }
        if (proof.password() != null) {
            logins.requirePassword(account, proof.password(), network);
            return stored;
        }
        var pinCode = proof.pinCode();
        if (pinCode == null) {
            throw new Problem.Invalid("Either password or pinCode is required");
        }
        if (!throttle.isRight(
                new Guess(Guess.Secret.PIN, account.email(), network),
                () -> passwords.matches(pinCode, stored))) {
            throw wrongPinCode();
        }
        return stored;
    }

    private Account accountOf(Caller caller) {
        return accounts.findByIdAndDeletedAtIsNull(caller.userId())
                .orElseThrow(() -> new Problem.Unauthenticated("Authentication required"));
    }

    private static Problem wrongPinCode() {
        return new Problem.Invalid("Wrong PIN code");
    }
}
