package app.keepsake.search;

import org.jspecify.annotations.Nullable;

/**
 * Which part of a result to answer.
 *
 * @param number from 1
 * @param after what the page begins behind, whatever its number; null counts pages instead
 */
public record Page(long number, int size, @Nullable Cursor after) {

    static final int LARGEST = 1000;

    public Page {
        if (number < 1 || number > Integer.MAX_VALUE || size < 1 || size > LARGEST) {
            throw new IllegalArgumentException("no such page: " + number + " of " + size);
        }
    }

    public Page(long number, int size) {
        this(number, size, null);
    }

    long offset() {
        return after == null ? (number - 1) * size : 0;
    }
}
