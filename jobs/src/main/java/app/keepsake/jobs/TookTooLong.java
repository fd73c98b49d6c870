package app.keepsake.jobs;

import java.io.IOException;

/**
 * Thrown by a handler that has run into a limit of time: the machine was busy, or the file is one
 * that never ends. The job is tried once more, and then fails.
 */
public final class TookTooLong extends IOException {

    public TookTooLong(String reason) {
        super(reason);
    }
}
