package app.keepsake.worker.library;

import app.keepsake.jobs.NotNow;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;
import org.springframework.util.unit.DataSize;

/** The folder that the server keeps originals in. Paths in the database are relative to it. */
@Component
public class Library {

    /** The server's mark on a library; a folder without it is where a disk should be (I2). */
    private static final String MARKER = ".keepsake";

    private final Path root;

    private final @Nullable DataSize fixedReserve;

    Library(
            @Value("${keepsake.library}") Path root,
            @Value("${keepsake.disk-reserve:#{null}}") @Nullable DataSize fixedReserve) {
        this.root = root.toAbsolutePath().normalize();
        this.fixedReserve = fixedReserve;
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
     * The original that a stored path names.
     *
     * @throws NoSuchFileException worth another try: an upload of the same file heals the asset
     */
    public Path original(String relative) throws NoSuchFileException {
        var original = resolve(relative);
        if (!Files.exists(original)) {
            throw new NoSuchFileException(
                    relative, null, "the original is missing from the library");
        }
        return original;
    }

    /**
     * Throws if so many more bytes would touch what the server keeps free on the library's disk:
     * {@code keepsake.disk-reserve}, or the larger of 2 GB and 2 %.
     */
    public void requireRoom(long bytes) throws IOException {
        var derived = root.resolve("encoded-video");
        var disk = Files.getFileStore(Files.exists(derived) ? derived : root);
        long reserve =
                fixedReserve != null
                        ? fixedReserve.toBytes()
                        : Math.max(2_000_000_000L, disk.getTotalSpace() / 50);
        if (disk.getUsableSpace() - reserve < bytes) {
            throw new IOException(
                    "The library's disk is full: %d MB are free, of which %d MB stay reserved"
                            .formatted(disk.getUsableSpace() / 1_000_000, reserve / 1_000_000));
        }
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
