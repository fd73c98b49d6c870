package app.keepsake.metadata;

import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.file.Path;

/**
 * An original, opened for a parser that is not trusted: it can read only so many bytes in all, and
 * none once its thread was interrupted. Seeking costs nothing, so a parser that skips or goes back
 * never makes anyone hold the file in memory.
 */
final class LimitedFile extends RandomAccessFile {

    private long left;

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

    @Override
    public int read() throws IOException {
        spend(1);
        return super.read();
    }

    @Override
    public int read(byte[] bytes) throws IOException {
        return read(bytes, 0, bytes.length);
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        spend(length);
        return super.read(bytes, offset, length);
    }

    private void spend(long bytes) {
        if (Thread.currentThread().isInterrupted()) {
            throw new LimitReached("took too long");
        }
        left -= bytes;
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
            public int read() throws IOException {
                return LimitedFile.this.read();
            }

            @Override
            public int read(byte[] bytes, int offset, int length) throws IOException {
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
                    throw new java.io.UncheckedIOException(e);
                }
            }

            @Override
            public synchronized void reset() throws IOException {
                seek(mark);
            }
        };
    }
}
