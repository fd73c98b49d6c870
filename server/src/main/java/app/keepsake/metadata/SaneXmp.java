package app.keepsake.metadata;

import com.drew.imaging.jpeg.JpegMetadataReader;
import com.drew.imaging.jpeg.JpegSegmentMetadataReader;
import com.drew.imaging.jpeg.JpegSegmentType;
import com.drew.metadata.Metadata;
import com.drew.metadata.xmp.XmpReader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.StreamSupport;

/**
 * The XMP of a JPEG, but for what says that it goes on over many segments and is huge:
 * metadata-extractor takes as much memory as the first of them asks for, and the server would have
 * none left for others.
 */
final class SaneXmp extends XmpReader {

    /** Phones keep a picture's depth and a second picture so, of some megabytes. */
    private static final long MOST_BYTES = 16 << 20;

    private static final byte[] EXTENSION =
            "http://ns.adobe.com/xmp/extension/\0".getBytes(StandardCharsets.ISO_8859_1);

    /** Behind its name, and an id of as many digits. */
    private static final int LENGTH_AT = EXTENSION.length + 32;

    /** All that metadata-extractor reads of a JPEG, with this in place of its own. */
    static final List<JpegSegmentMetadataReader> READERS =
            StreamSupport.stream(JpegMetadataReader.ALL_READERS.spliterator(), false)
                    .map(reader -> reader instanceof XmpReader ? new SaneXmp() : reader)
                    .toList();

    @Override
    public void readJpegSegments(
            Iterable<byte[]> segments, Metadata metadata, JpegSegmentType type) {
        super.readJpegSegments(
                StreamSupport.stream(segments.spliterator(), false)
                        .filter(SaneXmp::isSane)
                        .toList(),
                metadata,
                type);
    }

    private static boolean isSane(byte[] segment) {
        var bytes = ByteBuffer.wrap(segment);
        return segment.length < LENGTH_AT + 4
                || bytes.slice(0, EXTENSION.length).mismatch(ByteBuffer.wrap(EXTENSION)) >= 0
                || Integer.toUnsignedLong(bytes.getInt(LENGTH_AT)) <= MOST_BYTES;
    }
}
