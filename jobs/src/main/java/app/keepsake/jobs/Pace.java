package app.keepsake.jobs;

import java.time.Duration;

/**
 * How fast a queue's jobs have ended of late, over the time in which any of them ran; the last
 * hundred or so count.
 */
public record Pace(double done, Duration busy) {

    /** How long so many more would take. */
    public Duration ofMore(long jobs) {
        return Duration.ofMillis(Math.round(busy.toMillis() * (jobs / done)));
    }

    public double perHour() {
        return done * 3_600_000 / Math.max(1, busy.toMillis());
    }
}
