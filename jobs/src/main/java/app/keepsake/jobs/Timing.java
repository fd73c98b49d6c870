package app.keepsake.jobs;

import java.time.Duration;

/**
 * How long the queue waits, and for what.
 *
 * @param claim after which a job that nobody renewed counts as its runner's death; renewed three
 *     times as often
 * @param retry before the second attempt; before the third it is four times as long
 * @param check after which a process looks for itself, should a message have gone astray
 * @param goodbye that running jobs get to end when the process is told to stop
 */
record Timing(Duration claim, Duration retry, Duration check, Duration goodbye) {

    static final Timing STANDARD =
            new Timing(
                    Duration.ofSeconds(30),
                    Duration.ofSeconds(30),
                    Duration.ofMinutes(1),
                    Duration.ofSeconds(20));
}
