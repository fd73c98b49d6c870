package app.keepsake.jobs;

import java.util.Locale;

/** Two streams a queue: a new photo never waits behind a re-run of a hundred thousand. */
public enum Lane {
    FRESH,
    BULK;

    /** The name in Redis keys and entries. */
    String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Lane parse(String wireName) {
        return valueOf(wireName.toUpperCase(Locale.ROOT));
    }
}
