package app.keepsake.jobs;

import java.time.Instant;

/** A job that Redis holds, and since when; for a delayed one, until when. */
public record QueuedJob(Job job, State state, Instant at) {

    public enum State {
        WAITING,
        ACTIVE,
        DELAYED
    }
}
