package app.keepsake.jobs;

/**
 * What Redis holds of one queue.
 *
 * @param fresh waiting in the fresh lane
 * @param bulk waiting in the bulk lane
 * @param active claimed by a runner
 * @param delayed waiting for another attempt
 */
public record QueueCounts(long fresh, long bulk, long active, long delayed) {}
