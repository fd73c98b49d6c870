package app.keepsake.upload;

import java.io.IOException;
import java.time.Duration;
import org.apache.coyote.CloseNowException;
import org.apache.coyote.InputBuffer;
import org.apache.tomcat.util.net.ApplicationBufferHandler;

/** A body that must come in time, from now on: not at once, but no slower than by a slow line. */
final class PacedBody implements InputBuffer {

    /** Bytes a second. */
    private static final long SLOW_LINE = 32 * 1024;

    private final long start = System.nanoTime();
    private final InputBuffer body;
    private final Duration patience;
    private long bytes;

    PacedBody(InputBuffer body, Duration patience) {
        this.body = body;
        this.patience = patience;
    }

    /**
     * @throws CloseNowException if that was too slow; Tomcat, if it hears of it, hangs up
     */
    @Override
    public int doRead(ApplicationBufferHandler handler) throws IOException {
        int read = body.doRead(handler);
        if (read < 0) {
            return read; // the end: it came in time
        }
        bytes += read;
        var allowed = patience.plusSeconds(bytes / SLOW_LINE);
        if (System.nanoTime() - start > allowed.toNanos()) {
            throw new CloseNowException(
                    "a body came too slowly: " + bytes + " bytes in " + allowed);
        }
        return read;
    }

    @Override
    public int available() {
        return body.available();
    }
}
