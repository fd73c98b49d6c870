package phone;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * What lies in the camera roll.
 *
 * @param film the moving half of a live photo
 */
record Photo(String name, byte[] bytes, Instant taken, @Nullable Photo film) {

    static Photo of(String name, byte[] bytes, Instant taken) {
        return new Photo(name, bytes, taken, null);
    }

    Photo with(Photo film) {
        return new Photo(name, bytes, taken, film);
    }

    /** As the app compares it: base64 of the SHA-1. */
    String checksum() {
        try {
            return Base64.getEncoder()
                    .encodeToString(MessageDigest.getInstance("SHA-1").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
