package app.keepsake.album;

import java.util.Locale;

/** What a member may do in an album; stored and sent in lower case. */
public enum Role {
    OWNER,
    EDITOR,
    VIEWER;

    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    public static Role parse(String wireName) {
        return valueOf(wireName.toUpperCase(Locale.ROOT));
    }
}
