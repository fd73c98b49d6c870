package app.keepsake.metadata;

import com.drew.imaging.jpeg.JpegMetadataReader;
import com.drew.imaging.jpeg.JpegSegmentMetadataReader;
import com.drew.imaging.jpeg.JpegSegmentType;
import com.drew.metadata.Metadata;
import com.drew.metadata.xmp.XmpReader;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.StreamSupport;

/**
 * Reads of a JPEG's segments the first, up to more than any real one has. A million of them would
 * fill the memory, or take minutes: a colour profile is put together anew for each.
 */
record FewSegments(JpegSegmentMetadataReader reader) implements JpegSegmentMetadataReader {

    private static final int MOST_BYTES = 2 << 20;
    private static final int MOST_SEGMENTS = 500;

    /** All that metadata-extractor reads of a JPEG, within limits. */
    static final List<JpegSegmentMetadataReader> READERS =
            StreamSupport.stream(JpegMetadataReader.ALL_READERS.spliterator(), false)
                    .map(
                            reader ->
                                    reader instanceof XmpReader
                                            ? new SaneXmp()
                                            : new FewSegments(reader))
                    .toList();

    @Override
    public Iterable<JpegSegmentType> getSegmentTypes() {
        return reader.getSegmentTypes();
    }

    @Override
    public void readJpegSegments(
            Iterable<byte[]> segments, Metadata metadata, JpegSegmentType type) {
        var few = new ArrayList<byte[]>();
        int bytes = 0;
        for (var segment : segments) {
            bytes += segment.length;
            if (bytes > MOST_BYTES || few.size() == MOST_SEGMENTS) {
                break;
            }
            few.add(segment);
        }
        reader.readJpegSegments(few, metadata, type);
    }
}
