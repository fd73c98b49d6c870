package app.keepsake.worker.image;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/** A folder for one picture's work, made when it is asked for, and gone when it is closed. */
final class WorkFolder implements AutoCloseable {

    private @Nullable Path path;

    Path path() throws IOException {
        if (path == null) {
            path = Files.createTempDirectory("keepsake-picture-");
        }
        return path;
    }

    @Override
    public void close() throws IOException {
        if (path == null) {
            return;
        }
        try (var files = Files.walk(path)) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
