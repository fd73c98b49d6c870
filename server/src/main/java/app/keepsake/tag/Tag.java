package app.keepsake.tag;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * @param value the whole path: "Holidays/Rome"
 * @param parentId null at the top
 * @param color as "#ff8800"
 */
public record Tag(
        UUID id,
        String value,
        @Nullable UUID parentId,
        @Nullable String color,
        Instant createdAt,
        Instant updatedAt) {

    /** The last part of the path. */
    public String name() {
        return value.substring(value.lastIndexOf('/') + 1);
    }
}
