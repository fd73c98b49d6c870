package app.keepsake.metadata;

import app.keepsake.support.Tool;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;

/**
 * A CR3 without a picture: nobody here owns such a camera, but its boxes are known, and in them are
 * blocks as in any Exif.
 */
final class Cr3 {

    private static final String CANON = "85c0b687820f11e08111f4ce462b6a48";
    private static final String XMP = "be7acfcb97a942e89c71999491e3afac";

    private Cr3() {}

    static Path file(Path folder) throws Exception {
        var boxes = new ByteArrayOutputStream();
        boxes.writeBytes(box("ftyp", ascii("crx \0\0\0\1crx isom")));
        boxes.writeBytes(
                box(
                        "moov",
                        box(
                                "uuid",
                                join(
                                        hex(CANON),
                                        box("CNCV", ascii("CanonCR3_001/00.09.00/00.00.00")),
                                        box(
                                                "CMT1",
                                                tags(
                                                        folder.resolve("block.exif"),
                                                        "-IFD0:Make=Canon",
                                                        "-IFD0:Model=Canon EOS R6")),
                                        box(
                                                "CMT2",
                                                tags(
                                                        folder.resolve("block.exif"),
                                                        "-IFD0:DateTimeOriginal=2020:02:03 04:05:06",
                                                        "-IFD0:OffsetTimeOriginal=+01:00",
                                                        "-IFD0:LensModel=RF50mm F1.8 STM"))))));
        boxes.writeBytes(
                box(
                        "uuid",
                        join(
                                hex(XMP),
                                tags(
                                        folder.resolve("block.xmp"),
                                        "-XMP:GPSLatitude=48.5",
                                        "-XMP:GPSLongitude=16.25"))));
        return Files.write(folder.resolve("photo.cr3"), boxes.toByteArray());
    }

    /** As a TIFF that is nothing but its first directory, or as XMP. */
    private static byte[] tags(Path block, String... tags) throws Exception {
        Files.deleteIfExists(block);
        Tool.run(command(block, tags));
        return Files.readAllBytes(block);
    }

    private static String[] command(Path block, String... tags) {
        var command = new String[tags.length + 6];
        var start = new String[] {"exiftool", "-q", "-q", "-n", "-o", block.toString()};
        System.arraycopy(start, 0, command, 0, start.length);
        System.arraycopy(tags, 0, command, start.length, tags.length);
        return command;
    }

    private static byte[] box(String type, byte[] content) {
        return ByteBuffer.allocate(8 + content.length)
                .putInt(8 + content.length)
                .put(ascii(type))
                .put(content)
                .array();
    }

    private static byte[] join(byte[]... parts) throws IOException {
        var all = new ByteArrayOutputStream();
        for (var part : parts) {
            all.write(part);
        }
        return all.toByteArray();
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] hex(String digits) {
        return HexFormat.of().parseHex(digits);
    }
}
