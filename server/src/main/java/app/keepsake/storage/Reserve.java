package app.keepsake.storage;

import app.keepsake.problem.Problem;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;
import org.springframework.util.unit.DataSize;

/**
 * What uploads and downloads leave free on the library's disk, so that deleting, the database and
 * the worker still work on a full one: {@code keepsake.disk-reserve}, or the larger of 2 GB and 2
 * %.
 */
@Component
public class Reserve {

    private final Library library;
    private final @Nullable DataSize fixed;

    /** What the files that are being written were granted and have not written yet. */
    private final AtomicLong granted = new AtomicLong();

    Reserve(Library library, @Value("${keepsake.disk-reserve:#{null}}") @Nullable DataSize fixed) {
        this.library = library;
        this.fixed = fixed;
    }

    /** How many bytes may be written before the reserve is touched; none when it is negative. */
    public long room() {
        return room(library.space());
    }

    private long room(Volume.Space space) {
        return space.usable() - granted.get() - kept(space);
    }

    private long kept(Volume.Space space) {
        return fixed != null ? fixed.toBytes() : Math.max(2_000_000_000L, space.total() / 50);
    }

    /**
     * Throws {@link Problem.DiskFull} when so many more bytes would touch the reserve; returns how
     * many would not.
     */
    long require(long bytes) {
        var space = library.space();
        long room = room(space);
        if (room < Math.max(bytes, 0)) {
            throw new Problem.DiskFull(
                    "The server's disk is full: %d MB are free, of which %d MB stay reserved"
                            .formatted(space.usable() / 1_000_000, kept(space) / 1_000_000));
        }
        return room;
    }

    /** Begins a file whose length nobody knows yet. */
    Grant grant() {
        return new Grant();
    }

    /**
     * What one file may write before the disk is looked at again. Files that arrive side by side
     * see each other's grants, so together they leave the reserve alone too.
     */
    final class Grant implements AutoCloseable {

        private static final long STEP = 4L << 20;

        private long left;

        /** Throws {@link Problem.DiskFull} unless so many more bytes may be written. */
        void require(long bytes) {
            if (left >= bytes) {
                return;
            }
            synchronized (Reserve.this) {
                // The last bytes before the reserve are granted too.
                long room = Reserve.this.require(bytes - left);
                long more = Math.max(bytes - left, Math.min(STEP, room));
                granted.addAndGet(more);
                left += more;
            }
        }

        void written(long bytes) {
            left -= bytes;
            granted.addAndGet(-bytes);
        }

        @Override
        public void close() {
            written(left);
        }
    }
}
