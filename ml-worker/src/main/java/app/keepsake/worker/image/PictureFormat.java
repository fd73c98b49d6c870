package app.keepsake.worker.image;

import app.keepsake.jobs.Unrecoverable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Set;

/** The formats that are read, told apart by a file's first bytes and never by its name. */
enum PictureFormat {
    JPEG,
    PNG,
    GIF,
    WEBP,
    TIFF,
    HEIF,
    JXL;

    private static final int HEAD = 16;

    private static final Set<String> HEIF_BRANDS =
            Set.of("heic", "heix", "heim", "heis", "hevc", "hevx", "mif1", "msf1", "avif", "avis");

    /**
     * The format of a file.
     *
     * @throws Unrecoverable if it is none of these
     */
    static PictureFormat of(Path file) throws IOException, Unrecoverable {
        byte[] head;
        try (var in = Files.newInputStream(file)) {
            head = in.readNBytes(HEAD);
        }
        var text = new String(head, StandardCharsets.ISO_8859_1);
        if (text.startsWith("\u00ff\u00d8\u00ff")) {
            return JPEG;
        } else if (text.startsWith("\u0089PNG\r\n\u001a\n")) {
            return PNG;
        } else if (text.startsWith("GIF8")) {
            return GIF;
        } else if (text.startsWith("RIFF") && text.startsWith("WEBP", 8)) {
            return WEBP;
        } else if (text.startsWith("II*\0") || text.startsWith("MM\0*")) {
            return TIFF;
        } else if (text.startsWith("ftyp", 4) && HEIF_BRANDS.contains(brand(text))) {
            return HEIF;
        } else if (text.startsWith("\u00ff\n") || text.startsWith("\0\0\0\u000cJXL ")) {
            return JXL;
        }
        throw new Unrecoverable(
                "Not a picture in a format that is read (%s); it begins with the bytes %s"
                        .formatted(
                                Arrays.toString(values()),
                                HexFormat.ofDelimiter(" ").formatHex(head)));
    }

    private static String brand(String head) {
        return head.length() < 12 ? "" : head.substring(8, 12);
    }
}
