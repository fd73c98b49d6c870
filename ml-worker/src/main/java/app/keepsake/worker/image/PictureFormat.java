package app.keepsake.worker.image;

import app.keepsake.jobs.Unrecoverable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * The formats that are read, told apart by a file's first bytes. Only cameras' raw files are known
 * by their names, since many of them begin as a TIFF does, and others as nothing else.
 */
public enum PictureFormat {
    JPEG,
    PNG,
    GIF,
    WEBP,
    TIFF,
    HEIF,
    JXL,
    JP2,
    BMP,
    PSD,
    SVG,
    RAW;

    private static final int HEAD = 512;

    private static final int TOLD = 16;

    private static final Set<String> HEIF_BRANDS =
            Set.of("heic", "heix", "heim", "heis", "hevc", "hevx", "mif1", "msf1", "avif", "avis");

    private static final Set<String> RAW_NAMES =
            Set.of(
                    "3fr", "ari", "arw", "cap", "cin", "cr2", "cr3", "crw", "dcr", "dng", "erf",
                    "fff", "iiq", "k25", "kdc", "mrw", "nef", "nrw", "orf", "ori", "pef", "raf",
                    "raw", "rw2", "rwl", "sr2", "srf", "srw", "x3f");

    /** Its root, behind a declaration, comments and a document type. */
    private static final Pattern SVG_HEAD =
            Pattern.compile(
                    "\ufeff?\\s*(<\\?xml.*)?(<!--.*|<!DOCTYPE svg.*)?<svg\\b.*", Pattern.DOTALL);

    /**
     * The format of a file.
     *
     * @throws Unrecoverable if it is none of these
     */
    public static PictureFormat of(Path file) throws IOException, Unrecoverable {
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
        } else if (RAW_NAMES.contains(extensionOf(file))) {
            return RAW;
        } else if (text.startsWith("II*\0") || text.startsWith("MM\0*")) {
            return TIFF;
        } else if (text.startsWith("ftyp", 4) && isHeif(head, text)) {
            return HEIF;
        } else if (text.startsWith("\u00ff\n") || text.startsWith("\0\0\0\u000cJXL ")) {
            return JXL;
        } else if (text.startsWith("\0\0\0\u000cjP  ")
                || text.startsWith("\u00ff\u004f\u00ff\u0051")) {
            return JP2;
        } else if (text.startsWith("BM")) {
            return BMP;
        } else if (text.startsWith("8BPS\0\1")) {
            return PSD;
        } else if (SVG_HEAD.matcher(new String(head, StandardCharsets.UTF_8)).matches()) {
            return SVG;
        }
        throw new Unrecoverable(
                "Not a picture in a format that is read (%s); it begins with the bytes %s"
                        .formatted(
                                Arrays.toString(values()),
                                HexFormat.ofDelimiter(" ")
                                        .formatHex(head, 0, Math.min(head.length, TOLD))));
    }

    /** By any of the brands that it claims: the first may be of a maker's own. */
    private static boolean isHeif(byte[] head, String text) {
        int end = Math.min(head.length, ByteBuffer.wrap(head).getInt());
        return IntStream.iterate(8, at -> at + 4 <= end, at -> at + 4)
                .anyMatch(at -> HEIF_BRANDS.contains(text.substring(at, at + 4)));
    }

    private static String extensionOf(Path file) {
        var name = file.getFileName().toString();
        return name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
    }
}
