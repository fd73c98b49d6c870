package app.keepsake.job;

import app.keepsake.jobs.Job;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One job of a queue.
 *
 * @param reason why it failed, if it did
 * @param progress how far one is that runs and tells it, from 0 to 1
 */
public record QueueEntry(
        Job job, State state, Instant at, @Nullable String reason, @Nullable Double progress) {

    public enum State {
        WAITING,
        ACTIVE,
        DELAYED,
        FAILED
    }
}
