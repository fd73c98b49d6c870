package app.keepsake.worker.image;

import org.jspecify.annotations.Nullable;

/**
 * What is known of a picture after its derivatives were made.
 *
 * @param width of the original, upright and as edited, in pixels
 * @param height as {@code width}
 * @param durationMs how long it moves, in milliseconds; null for a still
 * @param thumbhash about 25 bytes that decode to a blurred likeness, see {@link ThumbHash}
 */
@SuppressWarnings("ArrayRecordComponent") // handed from the engine to the database, never compared
public record Derived(int width, int height, @Nullable Integer durationMs, byte[] thumbhash) {

    public Derived {
        if (width < 1 || height < 1) {
            throw new IllegalArgumentException("no picture is %d x %d".formatted(width, height));
        }
    }
}
