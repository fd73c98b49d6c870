package app.keepsake.metadata;

import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * An original, opened for a parser that is not trusted: it can read only so many bytes in all, and
 * none once its thread was interrupted. Seeking costs nothing, so a parser that skips or goes back
 * never makes anyone hold the file in memory.
 */
class LimitedFile extends RandomAccessFile {

    /** In bytes: a million reads of one byte make a million objects. */
    private static final int READ_COST = 8;

    /** Of Exif: with its notes, a camera's has a hundredth. */
    private static final long MOST_CLAIMED = 16 << 20;

    private long left;
    private long claimable = MOST_CLAIMED;
    private @Nullable IOException failure;

    LimitedFile(Path path, long byteLimit) throws IOException {
        super(path.toFile(), "r");
        left = byteLimit;
    }

    /** Unchecked, since parsers take an {@link IOException} for the end of the file. */
    static final class LimitReached extends RuntimeException {
        LimitReached(String reason) {
            super(reason);
        }
    }

    /** From now on it can read so many bytes. */
    void allow(long bytes) {
        left = bytes;
    }

    @Override
    public int read() {
        spend(1);
        try {
            return super.read();
        } catch (IOException e) {
            throw failed(e);
        }
    }

    @Override
    public int read(byte[] bytes) {
        return read(bytes, 0, bytes.length);
    }

    @Override
    public int read(byte[] bytes, int offset, int length) {
        spend(length);
        try {
            int count = super.read(bytes, offset, length);
            if (count > 0) {
                claim(TiffClaims.in(bytes, offset, count));
            }
            return count;
        } catch (IOException e) {
            throw failed(e);
        }
    }

    private void claim(long bytes) {
        claimable -= bytes;
        if (claimable < 0) {
            throw new LimitReached("would take more memory than is sensible");
        }
    }

    /** Unchecked for the same reason: a bad sector would pass for a file without metadata. */
    private UncheckedIOException failed(IOException e) {
        failure = e;
        return new UncheckedIOException(e);
    }

    /** Throws if a read failed, also where the parser went on as if it had not. */
    void requireSound() throws IOException {
        if (failure != null) {
            throw failure;
        }
    }

    private void spend(long bytes) {
        if (Thread.currentThread().isInterrupted()) {
            throw new LimitReached("took too long");
        }
        left -= bytes + READ_COST;
        if (left < 0) {
            throw new LimitReached("asks to read more than is sensible");
        }
    }

    /** The same file as a stream, from its start; skip, mark and reset are seeks. */
    InputStream stream() throws IOException {
        seek(0);
        return new InputStream() {
            private long mark;

            @Override
            public int read() {
                return LimitedFile.this.read();
            }

            @Override
            public int read(byte[] bytes, int offset, int length) {
                return LimitedFile.this.read(bytes, offset, length);
            }

            @Override
            public long skip(long count) throws IOException {
                var from = getFilePointer();
                var to = Math.min(length(), from + Math.max(0, count));
                seek(to);
                return to - from;
            }

            @Override
            public int available() throws IOException {
                return (int) Math.min(Integer.MAX_VALUE - 8, length() - getFilePointer());
            }

            @Override
            public boolean markSupported() {
                return true;
            }

            @Override
            public synchronized void mark(int limit) {
                try {
                    mark = getFilePointer();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }

            @Override
            public synchronized void reset() throws IOException {
                seek(mark);
            }
        };
    }
}
