package app.keepsake.jobs;

/**
 * Hears of the jobs that workers finished, each at least once, by one server of several. What it
 * throws leaves the report to be heard again.
 */
public interface JobListener {

    /**
     * @param lane that carried the job: what follows from it goes the same way, so that a re-run of
     *     a whole library is not in the way of a new photo at the second step either
     */
    void finished(Job job, Lane lane);
}
