package app.keepsake.jobs;

/**
 * Runs one kind of job. It may be called twice for the same job, or die half-way, and must then
 * leave the same result as one call (I4). An asset that has vanished is a quiet return; anything
 * thrown counts as a failed attempt, its message shown to the admin.
 */
public interface JobHandler<J extends Job> {

    void run(J job) throws Exception;
}
