package app.keepsake.metadata;

import com.drew.imaging.jpeg.JpegSegmentType;
import com.drew.metadata.Metadata;
import com.drew.metadata.xmp.XmpReader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;

/**
 * The XMP of a JPEG, but for what would take too much of the server. The parser's time grows with
 * the square of the number of elements and attributes, and its memory with the length that the
 * first of many segments claims for all of them.
 */
final class SaneXmp extends XmpReader {

    /** Editors' notes of thousands of brush strokes have fewer. */
    static final int MOST_PARTS = 20_000;

    /** What is longer is a picture's depth, or a second picture, which nobody here looks at. */
    private static final int MOST_BYTES = 4 << 20;

    private static final byte[] EXTENSION =
            "http://ns.adobe.com/xmp/extension/\0".getBytes(StandardCharsets.ISO_8859_1);

    /** Behind its name, and an id of as many digits. */
    private static final int LENGTH_AT = EXTENSION.length + 32;

    @Override
    public void readJpegSegments(
            Iterable<byte[]> segments, Metadata metadata, JpegSegmentType type) {
        var sane = new ArrayList<byte[]>();
        int bytes = 0;
        int parts = 0;
        for (var segment : segments) {
            if (isXmp(segment) && claimsLittle(segment)) {
                bytes += segment.length;
                parts += parts(segment, segment.length);
                if (bytes > MOST_BYTES || parts > MOST_PARTS) {
                    break;
                }
                sane.add(segment);
            }
        }
        super.readJpegSegments(sane, metadata, type);
    }

    /** Exif comes in segments of the same kind. */
    private static boolean isXmp(byte[] segment) {
        return segment.length > 0 && segment[0] == 'h';
    }

    private static boolean claimsLittle(byte[] segment) {
        var bytes = ByteBuffer.wrap(segment);
        return segment.length < LENGTH_AT + 4
                || bytes.slice(0, EXTENSION.length).mismatch(ByteBuffer.wrap(EXTENSION)) >= 0
                || Integer.toUnsignedLong(bytes.getInt(LENGTH_AT)) <= MOST_BYTES;
    }

    /** Whether a document may be parsed. */
    static boolean isSane(byte[] xmp) {
        return xmp.length <= MOST_BYTES && parts(xmp, xmp.length) <= MOST_PARTS;
    }

    /** No fewer than a document has elements and attributes. */
    static int parts(byte[] xmp, int length) {
        int count = 0;
        for (int i = 0; i < length; i++) {
            if (xmp[i] == '<' || xmp[i] == '=') {
                count++;
            }
        }
        return count;
    }
}
