package app.keepsake.worker.image;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * Puts a colour profile into a file that holds nothing but a picture. libvips 8.14 would add Exif
 * to a JPEG that is to have a profile, and libwebp leaves profiles to another library.
 */
final class ColourProfile {

    private static final byte[] ICC = ascii("ICC_PROFILE\0\1\1"); // the first part of one
    private static final int JFIF = 0xFFE0;
    private static final int APP2 = 0xFFE2;

    /** "RIFF", the length of the rest, "WEBP". */
    private static final int RIFF_HEAD = 12;

    private static final int CHUNK_HEAD = 8;
    private static final int EXTENDED = 10;
    private static final int HAS_PROFILE = 0x20;

    private ColourProfile() {}

    /**
     * As a segment behind that of JFIF, which must be the first.
     *
     * @param profile short enough for one segment
     */
    static void addToJpeg(Path file, byte[] profile) throws IOException {
        var head = head(file);
        var segment = ByteBuffer.allocate(4 + ICC.length + profile.length);
        segment.putShort((short) APP2).putShort((short) (segment.capacity() - 2));
        segment.put(ICC).put(profile);
        // Its name ends as a draft's, so that it is not left for ever where the worker is killed.
        var whole = file.resolveSibling(file.getFileName() + "_profile.tmp");
        try (var in = Files.newInputStream(file);
                var out = Files.newOutputStream(whole)) {
            out.write(in.readNBytes(head));
            out.write(segment.array());
            in.transferTo(out);
        } catch (IOException e) {
            Files.deleteIfExists(whole);
            throw e;
        }
        Files.move(whole, file, StandardCopyOption.ATOMIC_MOVE);
    }

    /** How long the mark of a JPEG is, and JFIF's segment, if there is one. */
    private static int head(Path file) throws IOException {
        try (var in = Files.newInputStream(file)) {
            var start = ByteBuffer.wrap(in.readNBytes(6));
            boolean isJfif = (start.getShort(2) & 0xFFFF) == JFIF;
            return isJfif ? 4 + (start.getShort(4) & 0xFFFF) : 2;
        }
    }

    /** The file's one chunk goes behind a header that tells of more, and the profile's chunk. */
    static byte[] addToWebp(byte[] webp, Size size, byte[] profile) {
        int padded = profile.length + profile.length % 2;
        var out =
                ByteBuffer.allocate(webp.length + CHUNK_HEAD + EXTENDED + CHUNK_HEAD + padded)
                        .order(ByteOrder.LITTLE_ENDIAN);
        out.put(ascii("RIFF")).putInt(out.capacity() - CHUNK_HEAD).put(ascii("WEBP"));
        out.put(ascii("VP8X")).putInt(EXTENDED).putInt(HAS_PROFILE);
        putSide(out, size.width());
        putSide(out, size.height());
        out.put(ascii("ICCP")).putInt(profile.length).put(profile);
        out.position(out.position() + padded - profile.length);
        return out.put(webp, RIFF_HEAD, webp.length - RIFF_HEAD).array();
    }

    /** One less, in three bytes. */
    private static void putSide(ByteBuffer out, int length) {
        int value = length - 1;
        out.put((byte) value).put((byte) (value >> 8)).put((byte) (value >> 16));
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
