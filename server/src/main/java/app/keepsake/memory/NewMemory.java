package app.keepsake.memory;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A memory that a user makes; its parts are as those of {@link Memory}. */
public record NewMemory(
        int year,
        Instant memoryAt,
        boolean isSaved,
        @Nullable Instant seenAt,
        @Nullable Instant showAt,
        @Nullable Instant hideAt,
        List<UUID> assetIds) {}
