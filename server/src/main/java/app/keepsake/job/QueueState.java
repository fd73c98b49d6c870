package app.keepsake.job;

import app.keepsake.jobs.QueueName;

/**
 * A queue as an admin sees it.
 *
 * @param waiting to be started, in Redis or as the rest of a bulk run
 * @param active running now
 * @param delayed waiting for another attempt
 * @param failed given up, until someone starts the queue again
 */
public record QueueState(
        QueueName name, boolean isPaused, long waiting, long active, long delayed, long failed) {}
