package app.keepsake.auth;

import app.keepsake.problem.Problem;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.springframework.security.crypto.bcrypt.BCryptPasswordEncoder;
import org.springframework.security.crypto.bcrypt.BCryptPasswordEncoder.BCryptVersion;
import org.springframework.security.crypto.password.DelegatingPasswordEncoder;
import org.springframework.stereotype.Component;

/** Turns passwords into what is stored, and compares. */
@Component
public class Passwords {

    private static final int STRENGTH = 12;
    private static final int LONGEST = 72; // bytes: bcrypt ignores the rest

    private final DelegatingPasswordEncoder encoder;
    private final String nobodys;

    Passwords() {
        var bcrypt = new BCryptPasswordEncoder(BCryptVersion.$2B, STRENGTH);
        encoder = new DelegatingPasswordEncoder("bcrypt", Map.of("bcrypt", bcrypt));
        // Accounts that come from Immich hold a bare "$2b$10$…".
        encoder.setDefaultPasswordEncoderForMatches(bcrypt);
        nobodys = encoder.encode(Token.generate().text());
    }

    /** For storing; throws {@link Problem.Invalid} if the password is empty or too long. */
    public String hash(String password) {
        if (password.isEmpty()) {
            throw new Problem.Invalid("The password is empty");
        }
        if (isTooLong(password)) {
            throw new Problem.Invalid("The password is longer than %d bytes".formatted(LONGEST));
        }
        return encoder.encode(password);
    }

    /**
     * @param hash as stored; an empty one matches nothing, and takes as long as any other, so that
     *     the time does not tell which accounts exist
     */
    boolean matches(String password, String hash) {
        if (hash.isEmpty()) {
            encoder.matches(password, nobodys);
            return false;
        }
        return encoder.matches(password, hash);
    }

    /**
     * Whether {@link #hash} would make something stronger of a password than this hash of it. It
     * makes nothing of a longer one, which Immich takes as far as bcrypt reads it.
     */
    boolean canImprove(String hash, String password) {
        return encoder.upgradeEncoding(hash) && !isTooLong(password);
    }

    private static boolean isTooLong(String password) {
        return password.getBytes(StandardCharsets.UTF_8).length > LONGEST;
    }
}
