package app.keepsake.sync;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Cuts off a client that takes its time: while it reads, its stream holds a connection, and a
 * snapshot that keeps the database from tidying up.
 *
 * <p>A phone on the slowest of mobile networks gets some kilobytes a second, and the lines are
 * compressed to a fifth on their way. One that is cut all the same has had some 20,000 lines by
 * then, acks them by the 5,000, and goes on from there.
 */
final class Paced extends FilterOutputStream {

    /** Of text, before it is compressed. */
    private static final int LEAST_BYTES_PER_SECOND = 4 * 1024;

    private static final Duration GRACE = Duration.ofMinutes(1);
    private static final Duration LONGEST = Duration.ofHours(1);

    private final LongSupplier nanoTime;
    private long waited;
    private long written;

    Paced(OutputStream out, LongSupplier nanoTime) {
        super(out);
        this.nanoTime = nanoTime;
    }

    @Override
    public void write(byte[] bytes, int from, int length) throws IOException {
        var begun = nanoTime.getAsLong();
        out.write(bytes, from, length);
        written += length;
        await(begun);
    }

    @Override
    public void flush() throws IOException {
        var begun = nanoTime.getAsLong();
        out.flush();
        await(begun);
    }

    /** What the server itself takes to find the next lines is not the client's. */
    private void await(long begun) throws IOException {
        waited += nanoTime.getAsLong() - begun;
        var allowed = GRACE.plusSeconds(written / LEAST_BYTES_PER_SECOND);
        if (waited > allowed.toNanos() || waited > LONGEST.toNanos()) {
            throw new IOException("The client reads too slowly");
        }
    }
}
