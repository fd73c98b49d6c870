package app.keepsake.jobs;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeParseException;

/**
 * Hours of the day, from one until before the other; over midnight where that is earlier.
 *
 * @param zone whose clock counts, also where that jumps
 */
public record Hours(LocalTime from, LocalTime to, ZoneId zone) {

    public Hours {
        if (from.equals(to)) {
            throw new IllegalArgumentException("hours that never begin: %s-%s".formatted(from, to));
        }
    }

    /**
     * @param text as {@code 22:00-07:00}
     */
    public static Hours parse(String text, ZoneId zone) {
        var parts = text.strip().split("-", 2);
        try {
            if (parts.length == 2) {
                return new Hours(
                        LocalTime.parse(parts[0].strip()), LocalTime.parse(parts[1].strip()), zone);
            }
        } catch (DateTimeParseException e) {
            // said below
        }
        throw new IllegalArgumentException("hours are written as 22:00-07:00, not " + text);
    }

    public boolean contains(Instant at) {
        var time = at.atZone(zone).toLocalTime();
        var isAfter = !time.isBefore(from);
        var isBefore = time.isBefore(to);
        return from.isBefore(to) ? isAfter && isBefore : isAfter || isBefore;
    }

    /** When work ends that begins now, takes so long, and rests outside the hours. */
    public Instant end(Instant now, Duration work) {
        var at = now;
        var left = work;
        // A year of nights; whoever waits longer learns no more from the date.
        for (int i = 0; i < 800 && left.isPositive(); i++) {
            var edge = next(contains(at) ? to : from, at);
            if (contains(at)) {
                var open = Duration.between(at, edge);
                if (open.compareTo(left) >= 0) {
                    return at.plus(left);
                }
                left = left.minus(open);
            }
            at = edge;
        }
        return at.plus(left);
    }

    private Instant next(LocalTime time, Instant after) {
        var day = after.atZone(zone).toLocalDate();
        var next = ZonedDateTime.of(day, time, zone);
        while (!next.toInstant().isAfter(after)) {
            day = day.plusDays(1);
            next = ZonedDateTime.of(day, time, zone);
        }
        return next.toInstant();
    }

    /** As {@link #parse} reads it. */
    @Override
    public String toString() {
        return from + "-" + to;
    }
}
