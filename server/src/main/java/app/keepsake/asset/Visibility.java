package app.keepsake.asset;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** Where an asset shows; stored and sent in lower case. */
public enum Visibility {
    /** Out of the timeline, still in albums and search. */
    ARCHIVE,
    TIMELINE,
    /** The moving part of a live photo. */
    HIDDEN,
    /** Only for a session that has entered its PIN. */
    LOCKED;

    @JsonValue
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    public static Optional<Visibility> parse(String wireName) {
        return Arrays.stream(values()).filter(v -> v.wireName().equals(wireName)).findFirst();
    }
}
