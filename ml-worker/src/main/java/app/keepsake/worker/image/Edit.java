package app.keepsake.worker.image;

import app.keepsake.jobs.Unrecoverable;
import org.jspecify.annotations.Nullable;

/**
 * What is done to a picture before it is shown.
 *
 * @param part what is left of the upright original, in its pixels; null for all of it
 * @param turn how that is laid
 */
public record Edit(@Nullable Part part, Turn turn) {

    /** Shows the original as it is. */
    public static final Edit NONE = new Edit(null, Turn.NONE);

    /**
     * An edit as it is done to what is stored, which may lie on its side.
     *
     * @param turn makes it upright, and then does what the edit says
     */
    record Stored(Part part, Turn turn) {

        /** How large the result is, in pixels of the original. */
        Size shown() {
            return turn.of(part.size());
        }
    }

    /**
     * @param stored the size of what is stored
     * @param orientation Exif's number, of how it lies
     */
    Stored on(Size stored, int orientation) throws Unrecoverable {
        var upright = Turn.ofExif(orientation);
        var whole = new Part(0, 0, stored.width(), stored.height());
        if (part == null) {
            return new Stored(whole, upright.then(turn));
        }
        var shown = upright.of(stored);
        if (!part.isWithin(shown)) {
            throw new Unrecoverable(
                    "The part to be shown, %s at %d, %d, is not within the picture of %s"
                            .formatted(part.size(), part.x(), part.y(), shown));
        }
        return new Stored(upright.back().of(part, shown), upright.then(turn));
    }
}
