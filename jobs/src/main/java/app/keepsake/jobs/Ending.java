package app.keepsake.jobs;

import java.time.Duration;

/**
 * What becomes of a claim.
 *
 * @param delay before the job is taken again
 */
record Ending(Outcome outcome, Duration delay) {

    enum Outcome {
        DONE,
        /** Not done, and not to be done again. */
        DROP,
        RETRY,
        /** Given back, for any runner to take. */
        RELEASE
    }

    static final Ending DONE = new Ending(Outcome.DONE, Duration.ZERO);
    static final Ending DROP = new Ending(Outcome.DROP, Duration.ZERO);
    static final Ending RELEASE = new Ending(Outcome.RELEASE, Duration.ZERO);

    static Ending retry(Duration delay) {
        return new Ending(Outcome.RETRY, delay);
    }
}
