package app.keepsake.model;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One file of a model's repository.
 *
 * @param sha256 of a large file's bytes; null for a small one, of which the hub knows git's sum
 * @param blob git's SHA-1 of a small file
 */
record HubFile(String path, long size, @Nullable String sha256, @Nullable String blob) {

    HubFile {
        Objects.requireNonNull(path);
    }
}
