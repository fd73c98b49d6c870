package app.keepsake.metadata;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * How much the values of a TIFF, as Exif is one, would take in memory. Thousands of tags may each
 * claim all of the same bytes, so that 64 KB would become 300 MB.
 */
final class TiffClaims {

    /** Bytes of a value, by its format. */
    private static final int[] SIZES = {0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4, 8, 8, 8, 8, 8};

    /** Smaller values are no danger: an entry takes 12 bytes itself. */
    private static final int LEAST = 64;

    /** What a directory's entry takes in memory, of each of its bytes. */
    private static final int ENTRY_COST = 8;

    /** By which TIFF begins, and its relatives that pass for Exif. */
    private static final Set<Integer> MARKS =
            Stream.of(
                            "II*\0", "II+\0", "IIRO", "IIRS", "IIU\0", "MM\0*", "MM\0+", "MMOR",
                            "MMSR", "MM\0U")
                    .map(mark -> ByteBuffer.wrap(mark.getBytes(StandardCharsets.US_ASCII)).getInt())
                    .collect(Collectors.toSet());

    private TiffClaims() {}

    /** No less than all of them claim; 0 for what is no TIFF and holds none. */
    static long in(byte[] bytes, int from, int length) {
        var all = ByteBuffer.wrap(bytes, from, length).slice();
        if (!holdsTiff(all)) {
            return 0;
        }
        // Directories are not looked for: entries can begin anywhere.
        long claimed = (long) length * ENTRY_COST;
        for (var order : List.of(ByteOrder.LITTLE_ENDIAN, ByteOrder.BIG_ENDIAN)) {
            all.order(order);
            for (int at = 0; at <= length - 12; at++) {
                int format = all.getShort(at + 2);
                if (format > 0 && format < SIZES.length) {
                    claimed += claim(all.getInt(at + 4), format, length);
                    claimed += claim(all.getInt(at + 8), format, length); // of a BigTIFF
                }
            }
        }
        return claimed;
    }

    /** One that claims more than there is gets nothing. */
    private static long claim(int count, int format, int most) {
        long size = Integer.toUnsignedLong(count) * SIZES[format];
        return size < LEAST || size > most ? 0 : size;
    }

    private static boolean holdsTiff(ByteBuffer bytes) {
        for (int at = 0; at <= bytes.capacity() - 8; at++) {
            byte first = bytes.get(at);
            if ((first == 'I' || first == 'M') && MARKS.contains(bytes.getInt(at))) {
                return true;
            }
        }
        return false;
    }
}
