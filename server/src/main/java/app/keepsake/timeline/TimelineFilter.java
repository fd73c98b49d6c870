package app.keepsake.timeline;

import app.keepsake.asset.Visibility;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Which of the caller's assets a timeline shows, and how. Null filters nothing; without a
 * visibility it is timeline and archive.
 */
public record TimelineFilter(
        @Nullable UUID userId,
        @Nullable UUID albumId,
        @Nullable UUID personId,
        @Nullable UUID tagId,
        @Nullable Visibility visibility,
        @Nullable Boolean isFavorite,
        @Nullable Boolean isTrashed,
        boolean withPartners,
        boolean withStacked,
        boolean withCoordinates,
        @Nullable Box box,
        boolean oldestFirst,
        By by) {

    /** Which date makes the months. */
    public enum By {
        TAKEN,
        CREATED
    }

    /** Degrees; a box whose west is east of its east crosses the date line. */
    public record Box(double west, double south, double east, double north) {

        public Box {
            if (!(Math.abs(south) <= 90 && Math.abs(north) <= 90 && south <= north)
                    || !(Math.abs(west) <= 180 && Math.abs(east) <= 180)) {
                throw new IllegalArgumentException("not a box of degrees");
            }
        }
    }
}
