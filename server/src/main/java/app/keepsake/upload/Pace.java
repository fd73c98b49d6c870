package app.keepsake.upload;

import java.time.Duration;
import org.apache.coyote.CloseNowException;

/** How fast a body must come, from now on: not at once, but no slower than a slow line. */
final class Pace {

    /** Bytes a second. */
    private static final long SLOW_LINE = 32 * 1024;

    private final long start = System.nanoTime();
    private final Duration patience;
    private long bytes;

    Pace(Duration patience) {
        this.patience = patience;
    }

    /**
     * @param read so many bytes, or -1 for the end
     * @throws CloseNowException if that was too slow; Tomcat, if it hears of it, hangs up
     */
    void took(int read) throws CloseNowException {
        bytes += Math.max(read, 0);
        var allowed = patience.plusSeconds(bytes / SLOW_LINE);
        if (read >= 0 && System.nanoTime() - start > allowed.toNanos()) {
            throw new CloseNowException(
                    "a body came too slowly: " + bytes + " bytes in " + allowed);
        }
    }
}
