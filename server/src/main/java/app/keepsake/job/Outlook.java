package app.keepsake.job;

import app.keepsake.jobs.QueueName;
import app.keepsake.jobs.WorkerState;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the workers do now and why, and what is to be expected of each queue.
 *
 * @param uploading how many people upload now
 * @param viewing how many look at photos now
 */
public record Outlook(
        int uploading, int viewing, List<WorkerState> workers, List<QueueOutlook> queues) {

    /** What becomes of a queue's jobs now. */
    public enum State {
        /** Nothing is left. */
        IDLE,
        WORKING,
        /** Until the workers may again, or there is one. */
        WAITING,
        /** By an administrator. */
        PAUSED
    }

    /**
     * @param left jobs that wait, run or are tried again later
     * @param perHour jobs, as measured while they ran; null as long as none has
     * @param doneAt null if it cannot be known
     * @param why it waits, or why nobody knows when it is done; null if there is nothing to say
     */
    public record QueueOutlook(
            QueueName name,
            State state,
            long left,
            @Nullable Double perHour,
            @Nullable Instant doneAt,
            @Nullable String why) {}
}
