package app.keepsake.memory;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Which of the caller's memories to list. Null filters nothing.
 *
 * @param shownAt an instant at which it is shown
 * @param isUpcoming whether it is yet to be shown
 * @param page from 1
 * @param size of a page, 1 to {@link #LARGEST}
 */
public record MemoryFilter(
        @Nullable UUID id,
        @Nullable Instant shownAt,
        @Nullable Boolean isSaved,
        boolean isTrashed,
        @Nullable Boolean isUpcoming,
        Order order,
        int page,
        int size) {

    public static final int LARGEST = 1000;

    /** By when the photos were taken. */
    public enum Order {
        ASC,
        DESC,
        RANDOM
    }

    public MemoryFilter {
        if (page < 1 || size < 1 || size > LARGEST) {
            throw new IllegalArgumentException("no such page: " + page + " of " + size);
        }
    }
}
