package app.keepsake.immich.queue;

import app.keepsake.job.QueueState;

/**
 * @param completed always 0: what is done leaves the queue, in Immich too
 * @param paused what waits in a paused queue, and then does not count as waiting
 */
public record QueueStatisticsDto(
        long active, long completed, long delayed, long failed, long paused, long waiting) {

    public static QueueStatisticsDto of(QueueState queue) {
        return new QueueStatisticsDto(
                queue.active(),
                0,
                queue.delayed(),
                queue.failed(),
                queue.isPaused() ? queue.waiting() : 0,
                queue.isPaused() ? 0 : queue.waiting());
    }
}
