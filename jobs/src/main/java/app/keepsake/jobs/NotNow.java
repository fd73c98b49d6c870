package app.keepsake.jobs;

/**
 * Thrown by a handler while something is away that every job needs, such as the library's disk. The
 * job waits and no attempt is counted: it is not the job that failed (I3).
 */
public final class NotNow extends Exception {

    public NotNow(String reason) {
        super(reason);
    }
}
