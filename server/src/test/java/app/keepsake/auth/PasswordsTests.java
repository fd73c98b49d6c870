package app.keepsake.auth;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.security.crypto.bcrypt.BCrypt;
import org.springframework.security.crypto.bcrypt.BCryptPasswordEncoder;
import org.springframework.security.crypto.password.PasswordEncoder;

class PasswordsTests {

    /** Bcrypt itself, which notes how many rounds it has run. */
    private static class Counting implements PasswordEncoder {

        private final PasswordEncoder bcrypt =
                new BCryptPasswordEncoder(BCryptPasswordEncoder.BCryptVersion.$2B, 12);
        private long rounds;

        @Override
        public @Nullable String encode(@Nullable CharSequence password) {
            return bcrypt.encode(password);
        }

        @Override
        public boolean matches(@Nullable CharSequence password, @Nullable String hash) {
            rounds += 1L << Integer.parseInt(String.valueOf(hash).substring(4, 6));
            return bcrypt.matches(password, hash);
        }
    }

    private final Counting bcrypt = new Counting();
    private final Passwords passwords = new Passwords(bcrypt);

    private long roundsOf(String password, String hash, boolean isRight) {
        bcrypt.rounds = 0;
        assertThat(passwords.matches(password, hash)).isEqualTo(isRight);
        return bcrypt.rounds;
    }

    @Test
    void worksAsHardOnAWrongPasswordWhateverItIsComparedWith() {
        var ours = roundsOf("wrong", passwords.hash("correct horse"), false);
        assertThat(roundsOf("wrong", "", false)).isEqualTo(ours);
        for (var strength : new int[] {4, 10, 11}) {
            var hash = BCrypt.hashpw("correct horse", BCrypt.gensalt("$2b", strength));
            assertThat(roundsOf("wrong", hash, false)).isEqualTo(ours);
            assertThat(roundsOf("correct horse", hash, true)).isLessThan(ours);
        }
    }
}
