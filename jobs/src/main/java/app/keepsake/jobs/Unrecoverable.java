package app.keepsake.jobs;

/** Thrown by a handler when trying again cannot help: the job fails at once, with this reason. */
public final class Unrecoverable extends Exception {

    public Unrecoverable(String reason) {
        super(reason);
    }

    public Unrecoverable(String reason, Throwable cause) {
        super(reason, cause);
    }
}
