package app.keepsake.worker.image;

import app.keepsake.jobs.Unrecoverable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What stands in a JPEG beside its pixels. libjpeg goes through all that it has for each that
 * comes, so that a million take hours, in which it cannot be stopped: they are counted before it
 * sees them.
 */
final class JpegSegments {

    /** Cameras that keep temperatures or depth in them have some hundreds. */
    private static final int MOST = 5_000;

    private static final int END = 0xd9;

    private final InputStream in;
    private final byte[] buffer = new byte[1 << 16];
    private int at;
    private int end;

    private JpegSegments(InputStream in) {
        this.in = in;
    }

    /** Throws if there are too many; what is broken is left to its decoder. */
    static void requireFew(Path jpeg) throws IOException, Unrecoverable {
        try (var in = Files.newInputStream(jpeg)) {
            if (new JpegSegments(in).count() > MOST) {
                throw new Unrecoverable("The JPEG has more than %d segments".formatted(MOST));
            }
        } catch (EOFException e) {
            // cut short
        }
    }

    /** Of all before the picture's end, but no further than needed. */
    private int count() throws IOException {
        skip(2);
        int count = 0;
        while (count <= MOST) {
            if (next() == 0xff) {
                int marker = next();
                while (marker == 0xff) {
                    marker = next();
                }
                if (marker == END) {
                    return count;
                } else if (hasContent(marker)) {
                    count++;
                    int length = next() << 8 | next();
                    skip(Math.max(0, length - 2));
                }
            }
        }
        return count;
    }

    /** Pixels, too, have marks among them, of one byte. */
    private static boolean hasContent(int marker) {
        return marker > 1 && (marker < 0xd0 || marker > 0xd7);
    }

    private int next() throws IOException {
        if (at == end) {
            end = in.read(buffer);
            at = 0;
            if (end < 0) {
                throw new EOFException();
            }
        }
        return buffer[at++] & 0xff;
    }

    private void skip(int count) throws IOException {
        int here = Math.min(count, end - at);
        at += here;
        in.skipNBytes(count - here);
    }
}
