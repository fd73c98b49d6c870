package app.keepsake.worker.image;

import app.keepsake.jobs.Unrecoverable;
import app.keepsake.worker.image.Vips.Scope;
import app.keepsake.worker.image.Vips.VipsError;
import java.lang.foreign.MemorySegment;

/**
 * The memory that a picture takes while libvips decodes it, by its header.
 *
 * @param bytes of what the decoder holds at a time
 * @param streams whether that is some rows, and not all of the picture
 */
record Need(Size size, long bytes, boolean streams) {

    /** Rows that decoder and filter hold between them, with some to spare. */
    private static final int ROWS = 256;

    static Need of(Scope scope, MemorySegment header, PictureFormat format) throws VipsError {
        var size = scope.sizeOf(header);
        boolean inRows =
                switch (format) {
                    case JPEG, PNG -> !scope.has(header, "interlaced");
                    case TIFF -> true;
                    default -> false;
                };
        if (inRows) {
            return new Need(size, ROWS * 2L * size.width() * scope.bandsOf(header), true);
        }
        return new Need(
                size, Math.round(size.pixels() * bytesOfPixel(scope, header, format)), false);
    }

    /** Measured, or no less than what is known of the decoder. */
    private static double bytesOfPixel(Scope scope, MemorySegment header, PictureFormat format)
            throws VipsError {
        int samples = scope.bandsOf(header);
        // libjpeg keeps two bytes of each coefficient of a progressive JPEG.
        if (format == PictureFormat.JPEG && isSubsampled(scope, header)) {
            return 3;
        }
        return 2.0 * samples;
    }

    private static boolean isSubsampled(Scope scope, MemorySegment header) throws VipsError {
        var field = "jpeg-chroma-subsample";
        return scope.has(header, field) && scope.text(header, field).startsWith("4:2:0");
    }

    /** Throws if it is more than a picture may need. */
    long within(ImageSettings settings) throws Unrecoverable {
        if (!streams && bytes > settings.maxDecodedBytes()) {
            throw new Unrecoverable(
                    "The picture says it is %s pixels and must be decoded as a whole, which takes"
                                    .formatted(size)
                            + " %d bytes; the limit is %d (keepsake.image.max-decoded-bytes)"
                                    .formatted(bytes, settings.maxDecodedBytes()));
        }
        return bytes;
    }
}
