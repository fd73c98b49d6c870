package app.keepsake.worker.image;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.LongSupplier;

/**
 * Lets pictures be decoded side by side as long as all of them together fit into memory (I7), and
 * as long as the machine has what one more takes: a large one waits until it is alone, and those
 * behind it wait with it. One that is alone always goes on.
 */
final class MemoryGate {

    private static final long UNIT = 1 << 20;

    /** After which the machine's memory is asked for again. */
    private static final long LOOK_MS = 1000;

    private final long units;
    private final LongSupplier free;
    private final Deque<Object> waiting = new ArrayDeque<>();
    private long used;

    /**
     * @param bytes for all of them
     * @param free the bytes that can be taken of the machine's memory now
     */
    MemoryGate(long bytes, LongSupplier free) {
        this.units = Math.max(1, bytes / UNIT);
        this.free = free;
    }

    /** What was let in, until it is closed. */
    interface Pass extends AutoCloseable {
        @Override
        void close();
    }

    /** Waits until there is room; what needs more than there is gets all of it. */
    synchronized Pass enter(long bytes) throws IOException {
        long wanted = Math.clamp(bytes / UNIT, 1, units);
        var me = new Object();
        waiting.add(me);
        try {
            while (true) {
                if (waiting.peek() != me || used > 0 && used + wanted > units) {
                    wait();
                } else if (used > 0 && wanted * UNIT > free.getAsLong()) {
                    wait(LOOK_MS);
                } else {
                    break;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("Interrupted while waiting for memory", e);
        } finally {
            waiting.remove(me);
            notifyAll();
        }
        used += wanted;
        return () -> leave(wanted);
    }

    private synchronized void leave(long wanted) {
        used -= wanted;
        notifyAll();
    }

    /** Waits until there is no other. */
    Pass enterAlone() throws IOException {
        return enter(Long.MAX_VALUE);
    }
}
