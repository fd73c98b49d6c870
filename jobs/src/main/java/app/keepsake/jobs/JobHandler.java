package app.keepsake.jobs;

import java.util.List;

/**
 * Runs one kind of job. It may be called twice for the same job, or die half-way, and must then
 * leave the same result as one call (I4). An asset that has vanished is a quiet return; anything
 * thrown counts as a failed attempt, its message shown to the admin.
 */
public interface JobHandler<J extends Job> {

    void run(J job) throws Exception;

    /** How many jobs it runs as one, for less than one by one. */
    default int together() {
        return 1;
    }

    /**
     * Runs at most {@link #together} jobs as one. If this throws, each of them is run by itself, so
     * that none answers for another.
     */
    default void run(List<J> jobs) throws Exception {
        for (var job : jobs) {
            run(job);
        }
    }

    /**
     * Called when a job has failed for the last time, just before that is written down, to do what
     * must stand nevertheless. Like a run, it may come twice (I4).
     *
     * @param failure what the last run threw
     */
    default void gaveUp(J job, Throwable failure) throws Exception {}
}
