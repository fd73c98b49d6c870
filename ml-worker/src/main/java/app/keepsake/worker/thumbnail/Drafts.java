package app.keepsake.worker.thumbnail;

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
final class Drafts implements AutoCloseable {

    private final Path folder;
    private final String prefix;
    private final List<Path> open = new ArrayList<>();

    /**
     * Removes what an earlier run left that was killed. A twin still running fails, and retries.
     */
    Drafts(Path folder, UUID assetId) throws IOException {
        this.folder = folder;
        this.prefix = "." + assetId + "_";
        try (var left = Files.newDirectoryStream(folder, prefix + "*.tmp")) {
            for (var file : left) {
                Files.deleteIfExists(file);
            }
        }
    }

    Path add() throws IOException {
        var draft = Files.createTempFile(folder, prefix, ".tmp");
        open.add(draft);
        return draft;
    }

    void publish(Path draft, Path place) throws IOException {
        // The server reads it, by group where it runs as another user; nobody else does.
        Files.setPosixFilePermissions(draft, PosixFilePermissions.fromString("rw-r-----"));
        Files.move(draft, place, StandardCopyOption.ATOMIC_MOVE);
        open.remove(draft);
    }

    @Override
    public void close() throws IOException {
        for (var draft : open) {
            Files.deleteIfExists(draft);
        }
    }
}
