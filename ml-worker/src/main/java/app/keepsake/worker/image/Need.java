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

    /** As measured with libvips 8.14, and no less than what is known of the decoder. */
    private static double bytesOfPixel(Scope scope, MemorySegment header, PictureFormat format)
            throws VipsError {
        // libjpeg keeps two bytes of each coefficient of a progressive JPEG.
        if (format == PictureFormat.JPEG && is(scope, header, "jpeg-chroma-subsample", "4:2:0")) {
            return 3;
        }
        double ofSample =
                switch (format) {
                    case HEIF -> is(scope, header, "heif-compression", "av1") ? 3 : 2;
                    case JXL -> 2.5;
                    case JP2 -> 5;
                    default -> 2;
                };
        boolean isFine = scope.formatOf(header) != Vips.FORMAT_UCHAR;
        return scope.bandsOf(header) * (isFine ? ofSample + 1.5 : ofSample);
    }

    private static boolean is(Scope scope, MemorySegment header, String field, String value)
            throws VipsError {
        return scope.has(header, field) && scope.text(header, field).startsWith(value);
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
