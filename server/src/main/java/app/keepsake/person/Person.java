package app.keepsake.person;

import java.time.Instant;
import java.time.LocalDate;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Somebody who is seen on pictures.
 *
 * @param name empty when nobody has named them
 */
public record Person(
        UUID id,
        String name,
        @Nullable LocalDate birthDate,
        boolean isHidden,
        boolean isFavorite,
        @Nullable String color,
        String thumbnailPath,
        Instant updatedAt) {}
