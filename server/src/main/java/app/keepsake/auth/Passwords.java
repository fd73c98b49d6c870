package app.keepsake.auth;

import app.keepsake.problem.Problem;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.regex.Pattern;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.security.crypto.bcrypt.BCryptPasswordEncoder;
import org.springframework.security.crypto.bcrypt.BCryptPasswordEncoder.BCryptVersion;
import org.springframework.security.crypto.password.DelegatingPasswordEncoder;
import org.springframework.security.crypto.password.PasswordEncoder;
import org.springframework.stereotype.Component;

/** Turns passwords into what is stored, and compares. */
@Component
public class Passwords {

    private static final int STRENGTH = 12;
    private static final int LONGEST = 72; // bytes: bcrypt ignores the rest

    private static final Pattern STRENGTH_OF = Pattern.compile("\\$2[aby]\\$(\\d\\d)\\$");

    private final DelegatingPasswordEncoder encoder;
    private final String nobodys;

    @Autowired
    Passwords() {
        this(new BCryptPasswordEncoder(BCryptVersion.$2B, STRENGTH));
    }

    Passwords(PasswordEncoder bcrypt) {
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
     * @param hash as stored; an empty one matches nothing. What does not match takes as long as
     *     with any other hash, so that the time does not tell which accounts exist, or come from
     *     Immich
     */
    boolean matches(String password, String hash) {
        if (hash.isEmpty()) {
            encoder.matches(password, nobodys);
            return false;
        }
        if (encoder.matches(password, hash)) {
            return true;
        }
        // Each strength takes twice the rounds of the one below: 2^10 + 2^10 + 2^11 = 2^12.
        for (var strength = strengthOf(hash); strength < STRENGTH; strength++) {
            encoder.matches(
                    password, nobodys.replace(strengthSign(STRENGTH), strengthSign(strength)));
        }
        return false;
    }

    private static int strengthOf(String hash) {
        var strength = STRENGTH_OF.matcher(hash);
        return strength.find() ? Integer.parseInt(strength.group(1)) : STRENGTH;
    }

    private static String strengthSign(int strength) {
        return "$%02d$".formatted(strength);
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
