package app.keepsake.worker.image;

import app.keepsake.jobs.Unrecoverable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;

/** Originals that browsers show as they are, by what is in them and not by their names. */
public final class WebPictures {

    private static final Set<String> AVIF = Set.of("ftypavif", "ftypavis");

    private WebPictures() {}

    public static boolean include(Path original) throws IOException, Unrecoverable {
        return switch (PictureFormat.of(original)) {
            case JPEG, PNG, GIF, WEBP -> true;
            case HEIF -> isAvif(original);
            default -> false;
        };
    }

    private static boolean isAvif(Path original) throws IOException {
        try (var in = Files.newInputStream(original)) {
            in.skipNBytes(4);
            return AVIF.contains(new String(in.readNBytes(8), StandardCharsets.ISO_8859_1));
        }
    }
}
