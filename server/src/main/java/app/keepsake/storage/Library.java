package app.keepsake.storage;

import java.nio.file.Path;
import java.util.UUID;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

/**
 * The library folder and the names in it. Paths in the database are relative to it, with {@code /},
 * so the library can move.
 */
@Component
public class Library {

    private final Path root;

    Library(@Value("${keepsake.library}") Path root) {
        this.root = root.toAbsolutePath().normalize();
    }

    public Path root() {
        return root;
    }

    /** The file that a stored path names; it never leaves the library. */
    public Path resolve(String relative) {
        var path = root.resolve(relative).normalize();
        if (!path.startsWith(root)) {
            throw new IllegalArgumentException("outside the library: " + relative);
        }
        return path;
    }

    /** Where a new original goes: {@code upload/<owner>/ab/cd/<asset>.<extension>}. */
    public static String originalPath(UUID ownerId, UUID assetId, String extension) {
        var name = assetId.toString();
        return "upload/%s/%s/%s/%s.%s"
                .formatted(ownerId, name.substring(0, 2), name.substring(2, 4), name, extension);
    }
}
