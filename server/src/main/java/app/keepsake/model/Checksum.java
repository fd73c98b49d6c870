package app.keepsake.model;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * The sum by which the hub knows a file: SHA-256 of a large one's bytes, of a small one git's SHA-1
 * of {@code blob <size>\0} and the bytes.
 */
final class Checksum {

    private final MessageDigest digest;

    private Checksum(String algorithm) {
        try {
            digest = MessageDigest.getInstance(algorithm);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    static Checksum sha256() {
        return new Checksum("SHA-256");
    }

    /** Of the kind that is known of this file. */
    static Checksum of(HubFile file) {
        if (file.sha256() != null) {
            return sha256();
        }
        var sum = new Checksum("SHA-1");
        sum.digest.update(("blob " + file.size() + '\0').getBytes(StandardCharsets.US_ASCII));
        return sum;
    }

    void add(byte[] bytes, int length) {
        digest.update(bytes, 0, length);
    }

    void add(Path file) throws IOException {
        try (var from = Files.newInputStream(file)) {
            var buffer = new byte[1 << 16];
            for (int read; (read = from.read(buffer)) >= 0; ) {
                add(buffer, read);
            }
        }
    }

    /** Ends it. */
    boolean isOf(HubFile file) {
        return hex().equals(file.sha256() != null ? file.sha256() : file.blob());
    }

    /** Ends it. */
    String hex() {
        return HexFormat.of().formatHex(digest.digest());
    }
}
