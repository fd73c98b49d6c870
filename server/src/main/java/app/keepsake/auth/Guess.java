package app.keepsake.auth;

import java.util.HexFormat;

/**
 * A secret that somebody shows, to be compared with an account's.
 *
 * @param email the account's; nobody may have it
 * @param network where it comes from, as far as attempts are counted together
 */
record Guess(Secret secret, String email, String network) {

    enum Secret {
        PASSWORD(""),
        PIN("pin-");

        private final String prefix;

        Secret(String prefix) {
            this.prefix = prefix;
        }
    }

    /** What is counted for the account, from wherever. */
    String account() {
        return "%saccount:%s".formatted(secret.prefix, emailHash());
    }

    /** What is counted for the account where it has been before. */
    String place() {
        return "%splace:%s:%s".formatted(secret.prefix, emailHash(), network);
    }

    /** What is counted for all accounts and secrets from there. */
    String address() {
        return "address:" + network;
    }

    /** People type passwords into the wrong field: keep no plain text of it. */
    private String emailHash() {
        return HexFormat.of().formatHex(Sha256.of(email));
    }
}
