package app.keepsake.worker.library;

import app.keepsake.jobs.NotNow;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

/** The folder that the server keeps originals in. Paths in the database are relative to it. */
@Component
public class Library {

    /** The server's mark on a library; a folder without it is where a disk should be (I2). */
    private static final String MARKER = ".keepsake";

    private final Path root;

    Library(@Value("${keepsake.library}") Path root) {
        this.root = root.toAbsolutePath().normalize();
    }

    /** The file that a stored path names; it never leaves the library. */
    public Path resolve(String relative) {
        var path = root.resolve(relative).normalize();
        if (!path.startsWith(root)) {
            throw new IllegalArgumentException("outside the library: " + relative);
        }
        return path;
    }

    /**
     * Throws while the library's disk is missing. Without this check its absence would look like
     * that of every original, and derivatives would be written beneath the mount point.
     */
    public void requirePresent() throws NotNow {
        if (!Files.exists(root.resolve(MARKER))) {
            throw new NotNow(
                    "The library's disk is missing: there is no %s in %s".formatted(MARKER, root));
        }
    }

    /**
     * Throws if a file cannot be read to its end. Decoders say the same of a broken file and of a
     * failing disk: who is about to call a file broken asks this first.
     */
    public static void requireReadable(Path file) throws IOException {
        try {
            Files.copy(file, OutputStream.nullOutputStream());
        } catch (IOException e) {
            throw new IOException("Cannot read %s: %s".formatted(file, e.getMessage()), e);
        }
    }
}
