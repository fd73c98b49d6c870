package app.keepsake.worker.image;

import java.io.IOException;
import java.util.concurrent.Semaphore;

/**
 * Lets pictures be decoded side by side as long as all of them together fit into memory (I7): a
 * large one waits until it is alone, and those behind it wait with it.
 */
final class MemoryGate {

    private static final int UNIT = 1 << 20;

    private final int units;
    private final Semaphore free;

    /**
     * @param bytes for all of them
     */
    MemoryGate(long bytes) {
        this.units = Math.max(1, (int) (bytes / UNIT));
        this.free = new Semaphore(units, true);
    }

    /** What was let in, until it is closed. */
    interface Pass extends AutoCloseable {
        @Override
        void close();
    }

    /** Waits until there is room; what needs more than there is gets all of it. */
    Pass enter(long bytes) throws IOException {
        int wanted = (int) Math.clamp(bytes / UNIT, 1, units);
        try {
            free.acquire(wanted);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("Interrupted while waiting for memory", e);
        }
        return () -> free.release(wanted);
    }

    /** Waits until there is no other. */
    Pass enterAlone() throws IOException {
        return enter(Long.MAX_VALUE);
    }
}
