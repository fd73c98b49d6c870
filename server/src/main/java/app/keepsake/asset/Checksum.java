package app.keepsake.asset;

import app.keepsake.problem.Problem;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Locale;

/**
 * The SHA-1 of an original, by which a client asks "do you have this already?".
 *
 * <p>Always 40 lower-case hex digits, so two checksums are equal exactly when their bytes are.
 */
public record Checksum(String hex) {

    public Checksum {
        if (!hex.matches("[0-9a-f]{40}")) {
            throw new Problem.Invalid("Not a SHA-1 checksum");
        }
    }

    public static Checksum of(byte[] bytes) {
        return new Checksum(HexFormat.of().formatHex(bytes));
    }

    /** Reads either form that clients send: 40 hex digits, or 28 characters of base64. */
    public static Checksum parse(String text) {
        if (text.length() != 28) {
            return new Checksum(text.toLowerCase(Locale.ROOT));
        }
        try {
            return of(Base64.getDecoder().decode(text));
        } catch (IllegalArgumentException notBase64) {
            throw new Problem.Invalid("Not a SHA-1 checksum");
        }
    }

    public byte[] bytes() {
        return HexFormat.of().parseHex(hex);
    }

    /** As answers carry it. */
    public String base64() {
        return Base64.getEncoder().encodeToString(bytes());
    }
}
