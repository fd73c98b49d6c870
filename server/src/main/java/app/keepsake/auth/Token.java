package app.keepsake.auth;

import java.security.SecureRandom;
import java.util.Base64;

/** An opaque secret of a session or an API key; only its hash is ever stored. */
record Token(String text) {

    private static final SecureRandom RANDOM = new SecureRandom();

    /** 256 random bits, in letters and digits only, so it needs no escaping in a URL or cookie. */
    static Token generate() {
        var bytes = new byte[32];
        RANDOM.nextBytes(bytes);
        return new Token(Base64.getEncoder().encodeToString(bytes).replaceAll("[^A-Za-z0-9]", ""));
    }

    /** SHA-256. A slow hash would add nothing: the text cannot be guessed. */
    byte[] hash() {
        return Sha256.of(text);
    }

    @Override
    public String toString() {
        return "Token[…]"; // never into a log
    }
}
