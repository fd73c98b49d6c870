package app.keepsake.jobs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;

/** A step that must happen in Redis as a whole: the {@code .lua} file of the same name. */
enum Script {
    ADD,
    TAKE,
    RENEW,
    FINISH,
    STALE,
    COUNTS,
    PACE,
    LIST,
    EMPTY,
    LEAVE,
    REPORTS,
    QUESTION;

    private final String text;
    private final String digest;

    Script() {
        var file = name().toLowerCase(Locale.ROOT) + ".lua";
        try (var in = Script.class.getResourceAsStream(file)) {
            if (in == null) {
                throw new IllegalStateException("missing from the jar: " + file);
            }
            var bytes = in.readAllBytes();
            text = new String(bytes, StandardCharsets.UTF_8);
            digest = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-1").digest(bytes));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    String text() {
        return text;
    }

    String digest() {
        return digest;
    }
}
