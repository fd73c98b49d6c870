package app.keepsake.worker.library;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * Files on their way: written beside their place under a hidden name, then renamed, so that nobody
 * ever reads half a file. They are not synced: what is lost can be made again.
 */
public final class Drafts implements AutoCloseable {

    private final Path folder;
    private final String prefix;
    private final List<Path> added = new ArrayList<>();

    /**
     * Removes what an earlier run left that was killed. A twin still running fails, and retries.
     */
    public Drafts(Path folder, UUID assetId) throws IOException {
        this.folder = folder;
        this.prefix = "." + assetId + "_";
        remove(prefix + "*");
    }

    private void remove(String names) throws IOException {
        try (var files = Files.newDirectoryStream(folder, names)) {
            for (var file : files) {
                Files.deleteIfExists(file);
            }
        }
    }

    /** A new one. Files whose names begin with its name are removed with it. */
    public Path add() throws IOException {
        var draft = Files.createTempFile(folder, prefix, ".tmp");
        added.add(draft);
        return draft;
    }

    public void publish(Path draft, Path place) throws IOException {
        // The server reads it, by group where it runs as another user; nobody else does.
        Files.setPosixFilePermissions(draft, PosixFilePermissions.fromString("rw-r-----"));
        Files.move(draft, place, StandardCopyOption.ATOMIC_MOVE);
    }

    @Override
    public void close() throws IOException {
        for (var draft : added) {
            remove(draft.getFileName() + "*");
        }
    }
}
