package app.keepsake.storage;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * The machine's fastest SHA-1: the JDK's, or libcrypto's. A Raspberry Pi 4 has no SHA instructions,
 * and there the JDK's portable code is several times slower than libcrypto's NEON code, so both are
 * timed once, beside the start of the server.
 */
@Component
class Sha1s {

    private static final Logger log = LoggerFactory.getLogger(Sha1s.class);

    private volatile Supplier<Sha1> fastest = JavaSha1::new;

    Sha1s() {
        var libcrypto = LibcryptoSha1.load();
        libcrypto.ifPresent(
                crypto ->
                        Thread.ofPlatform()
                                .daemon()
                                .name("sha1-timing")
                                .start(() -> choose(crypto)));
    }

    Sha1 start() {
        return fastest.get();
    }

    /** Every implementation that works here, for the tests. */
    static List<Supplier<Sha1>> all() {
        return Stream.concat(
                        Stream.<Supplier<Sha1>>of(JavaSha1::new), LibcryptoSha1.load().stream())
                .toList();
    }

    private void choose(Supplier<Sha1> libcrypto) {
        long java = nanosPerMegabyte(JavaSha1::new);
        long crypto = nanosPerMegabyte(libcrypto);
        if (crypto < java) {
            fastest = libcrypto;
        }
        log.info(
                "SHA-1 by {}: the JDK's takes {} us/MB here, libcrypto's {} us/MB",
                crypto < java ? "libcrypto" : "the JDK",
                java / 1000,
                crypto / 1000);
    }

    /** The best of some rounds; the first ones are the JIT compiler's. */
    private static long nanosPerMegabyte(Supplier<Sha1> implementation) {
        var block = new byte[128 * 1024];
        long best = Long.MAX_VALUE;
        for (int round = 0; round < 6; round++) {
            long start = System.nanoTime();
            try (var sha1 = implementation.get()) {
                for (int i = 0; i < 8; i++) {
                    sha1.update(block, 0, block.length);
                }
                sha1.digest();
            }
            best = Math.min(best, System.nanoTime() - start);
        }
        return best;
    }

    private static final class JavaSha1 implements Sha1 {

        private final MessageDigest digest;

        JavaSha1() {
            try {
                digest = MessageDigest.getInstance("SHA-1");
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException("every JDK has SHA-1", e);
            }
        }

        @Override
        public void update(byte[] bytes, int offset, int length) {
            digest.update(bytes, offset, length);
        }

        @Override
        public byte[] digest() {
            return digest.digest();
        }

        @Override
        public void close() {}
    }
}
