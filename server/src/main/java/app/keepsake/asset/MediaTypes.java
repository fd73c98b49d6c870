package app.keepsake.asset;

import static java.util.Map.entry;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What may be uploaded, by file extension, as Immich has it: clients ask for this list and leave
 * other files behind. Extensions are lower case and begin with a dot.
 */
public final class MediaTypes {

    /** What a file is to a client; the names are Immich's. */
    public enum Kind {
        IMAGE,
        VIDEO,
        SIDECAR
    }

    /**
     * @param contentType what a browser is told when it gets the file
     */
    public record MediaType(Kind kind, String contentType) {}

    private static final Map<String, String> IMAGES =
            Map.ofEntries(
                    entry(".3fr", "image/x-hasselblad-3fr"),
                    entry(".ari", "image/x-arriflex-ari"),
                    entry(".arw", "image/x-sony-arw"),
                    entry(".avif", "image/avif"),
                    entry(".bmp", "image/bmp"),
                    entry(".cap", "image/x-phaseone-cap"),
                    entry(".cin", "image/x-phantom-cin"),
                    entry(".cr2", "image/x-canon-cr2"),
                    entry(".cr3", "image/x-canon-cr3"),
                    entry(".crw", "image/x-canon-crw"),
                    entry(".dcr", "image/x-kodak-dcr"),
                    entry(".dng", "image/x-adobe-dng"),
                    entry(".erf", "image/x-epson-erf"),
                    entry(".fff", "image/x-hasselblad-fff"),
                    entry(".gif", "image/gif"),
                    entry(".heic", "image/heic"),
                    entry(".heif", "image/heif"),
                    entry(".hif", "image/heif"),
                    entry(".iiq", "image/x-phaseone-iiq"),
                    entry(".insp", "image/jpeg"),
                    entry(".jp2", "image/jp2"),
                    entry(".jpe", "image/jpeg"),
                    entry(".jpeg", "image/jpeg"),
                    entry(".jpg", "image/jpeg"),
                    entry(".jxl", "image/jxl"),
                    entry(".k25", "image/x-kodak-k25"),
                    entry(".kdc", "image/x-kodak-kdc"),
                    entry(".mrw", "image/x-minolta-mrw"),
                    entry(".nef", "image/x-nikon-nef"),
                    entry(".nrw", "image/x-nikon-nrw"),
                    entry(".orf", "image/x-olympus-orf"),
                    entry(".ori", "image/x-olympus-ori"),
                    entry(".pef", "image/x-pentax-pef"),
                    entry(".png", "image/png"),
                    entry(".psd", "image/vnd.adobe.photoshop"),
                    entry(".raf", "image/x-fuji-raf"),
                    entry(".raw", "image/x-panasonic-raw"),
                    entry(".rw2", "image/x-panasonic-rw2"),
                    entry(".rwl", "image/x-leica-rwl"),
                    entry(".sr2", "image/x-sony-sr2"),
                    entry(".srf", "image/x-sony-srf"),
                    entry(".srw", "image/x-samsung-srw"),
                    entry(".svg", "image/svg+xml"),
                    entry(".tif", "image/tiff"),
                    entry(".tiff", "image/tiff"),
                    entry(".webp", "image/webp"),
                    entry(".x3f", "image/x-sigma-x3f"));

    private static final Map<String, String> VIDEOS =
            Map.ofEntries(
                    entry(".3gp", "video/3gpp"),
                    entry(".3gpp", "video/3gpp"),
                    entry(".avi", "video/x-msvideo"),
                    entry(".flv", "video/x-flv"),
                    entry(".insv", "video/mp4"),
                    entry(".m2t", "video/mp2t"),
                    entry(".m2ts", "video/mp2t"),
                    entry(".m4v", "video/x-m4v"),
                    entry(".mkv", "video/x-matroska"),
                    entry(".mov", "video/quicktime"),
                    entry(".mp4", "video/mp4"),
                    entry(".mpe", "video/mpeg"),
                    entry(".mpeg", "video/mpeg"),
                    entry(".mpg", "video/mpeg"),
                    entry(".mts", "video/mp2t"),
                    entry(".mxf", "application/mxf"),
                    entry(".ts", "video/mp2t"),
                    entry(".vob", "video/mpeg"),
                    entry(".webm", "video/webm"),
                    entry(".wmv", "video/x-ms-wmv"));

    private static final Map<String, MediaType> BY_EXTENSION = new TreeMap<>();

    static {
        IMAGES.forEach(
                (extension, type) -> BY_EXTENSION.put(extension, new MediaType(Kind.IMAGE, type)));
        VIDEOS.forEach(
                (extension, type) -> BY_EXTENSION.put(extension, new MediaType(Kind.VIDEO, type)));
        BY_EXTENSION.put(".xmp", new MediaType(Kind.SIDECAR, "application/xml"));
    }

    private MediaTypes() {}

    /** The type of a file by its name, whatever the case; empty if it is not supported. */
    public static Optional<MediaType> of(String fileName) {
        return Optional.ofNullable(BY_EXTENSION.get(extensionOf(fileName)));
    }

    /** {@code ".jpg"} of {@code "IMG_1.JPG"}; empty when there is none. */
    public static String extensionOf(String fileName) {
        var name = fileName.substring(fileName.lastIndexOf('/') + 1);
        var dot = name.lastIndexOf('.');
        return dot < 0 ? "" : name.substring(dot).toLowerCase(Locale.ROOT);
    }

    /** Every supported extension of a kind, in order. */
    public static List<String> extensions(Kind kind) {
        return BY_EXTENSION.entrySet().stream()
                .filter(entry -> entry.getValue().kind() == kind)
                .map(Map.Entry::getKey)
                .toList();
    }
}
