package app.keepsake.memory;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One year's photos of a day.
 *
 * @param year in which they were taken
 * @param memoryAt when they were taken
 * @param showAt from when on it is shown; null = always
 * @param hideAt until when it is shown; null = for ever
 * @param assetIds those of them that the owner's timeline shows, oldest first
 */
public record Memory(
        UUID id,
        UUID ownerId,
        int year,
        Instant memoryAt,
        boolean isSaved,
        @Nullable Instant seenAt,
        @Nullable Instant showAt,
        @Nullable Instant hideAt,
        Instant createdAt,
        Instant updatedAt,
        @Nullable Instant deletedAt,
        List<UUID> assetIds) {}
