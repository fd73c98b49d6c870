package app.keepsake.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.MessageDigest;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class Sha1Tests {

    static List<Supplier<Sha1>> all() {
        return Sha1s.all();
    }

    @ParameterizedTest
    @MethodSource("all")
    void hashesWhatItIsGivenInPieces(Supplier<Sha1> implementation) throws Exception {
        var random = new Random(3);
        var bytes = new byte[1_000_003];
        random.nextBytes(bytes);
        try (var sha1 = implementation.get()) {
            for (int at = 0; at < bytes.length; ) {
                int length = Math.min(random.nextInt(100_000), bytes.length - at);
                sha1.update(bytes, at, length);
                at += length;
            }
            assertThat(sha1.digest()).isEqualTo(MessageDigest.getInstance("SHA-1").digest(bytes));
        }
    }

    @ParameterizedTest
    @MethodSource("all")
    void hashesNothing(Supplier<Sha1> implementation) {
        try (var sha1 = implementation.get()) {
            assertThat(sha1.digest())
                    .asHexString()
                    .isEqualToIgnoringCase("da39a3ee5e6b4b0d3255bfef95601890afd80709");
        }
    }
}
