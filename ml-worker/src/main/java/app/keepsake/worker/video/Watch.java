package app.keepsake.worker.video;

import app.keepsake.jobs.NotNow;
import app.keepsake.jobs.Unrecoverable;
import java.io.IOException;

/** Looks after a child process while it runs; what it throws kills the child, and is passed on. */
@FunctionalInterface
public interface Watch {

    /**
     * Called every second or so.
     *
     * @param lastWords the end of what the child has printed
     */
    void look(String lastWords) throws IOException, Unrecoverable, NotNow;

    /** Whether the child is to stand still for now; asked every second too. */
    default boolean rests() {
        return false;
    }
}
