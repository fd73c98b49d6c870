package app.keepsake.job;

import app.keepsake.jobs.Job;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One job of a queue.
 *
 * @param reason why it failed, if it did
 */
public record QueueEntry(Job job, State state, Instant at, @Nullable String reason) {

    public enum State {
        WAITING,
        ACTIVE,
        DELAYED,
        FAILED
    }
}
