package app.keepsake.asset;

import app.keepsake.problem.Problem;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/** How the date of an asset is to change. */
public sealed interface DateChange {

    /**
     * When a photo was taken.
     *
     * @param zone null where nobody knows; the wall clock is then UTC's
     */
    record Taken(Instant instant, @Nullable ZoneId zone) {

        /** The wall clock there. */
        LocalDateTime local() {
            return LocalDateTime.ofInstant(instant, zone == null ? ZoneOffset.UTC : zone);
        }
    }

    /**
     * The date after the change.
     *
     * @throws Problem.Invalid when it is none that can be kept
     */
    default Taken applyTo(Taken taken) {
        try {
            var changed = change(taken);
            var year = changed.local().getYear();
            if (year >= 1 && year <= 9998) {
                return changed;
            }
        } catch (DateTimeException | ArithmeticException e) {
            // answered below
        }
        throw new Problem.Invalid("The date is out of range");
    }

    /** The date after the change, which may be out of range. */
    Taken change(Taken taken);

    /**
     * Reads an ISO 8601 date with a time. One with an offset says where the photo was taken; one
     * without is a wall clock in the zone where it was taken already.
     */
    static DateChange parse(String text) {
        try {
            var date =
                    DateTimeFormatter.ISO_DATE_TIME.parseBest(
                            text, OffsetDateTime::from, LocalDateTime::from);
            return date instanceof OffsetDateTime offset
                    ? new To(offset.toLocalDateTime(), offset.getOffset())
                    : new To((LocalDateTime) date, null);
        } catch (DateTimeException e) {
            throw new Problem.Invalid("dateTimeOriginal must be an ISO 8601 date with a time");
        }
    }

    /** To this wall clock, in this zone or the one that is known. */
    record To(LocalDateTime local, @Nullable ZoneId zone) implements DateChange {
        @Override
        public Taken change(Taken taken) {
            var there = zone != null ? zone : taken.zone();
            return new Taken(
                    local.atZone(there == null ? ZoneOffset.UTC : there).toInstant(), there);
        }
    }

    /** By so many minutes, and into this zone unless it is null. */
    record By(long minutes, @Nullable ZoneId zone) implements DateChange {
        @Override
        public Taken change(Taken taken) {
            return new Taken(
                    taken.instant().plus(minutes, ChronoUnit.MINUTES),
                    zone != null ? zone : taken.zone());
        }
    }
}
