package app.keepsake.worker.preview;

import app.keepsake.jobs.NotNow;
import app.keepsake.worker.library.Library;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * The upright JPEG, at most 1584 pixels on its shorter side, that every model looks at in place of
 * the original.
 */
@Component
public class Previews {

    private final JdbcClient jdbc;
    private final Library library;

    Previews(JdbcClient jdbc, Library library) {
        this.jdbc = jdbc;
        this.library = library;
    }

    private record Row(@Nullable String path) {}

    /**
     * The preview of an asset; empty if there is nothing to look at, because the asset has vanished
     * or is hidden (the video half of a live photo).
     *
     * @throws IOException if the preview is still to be made: worth another try
     * @throws NotNow while the library's disk is missing
     */
    public Optional<Path> of(UUID assetId) throws IOException, NotNow {
        var row =
                jdbc.sql(
                                """
                                select f.path
                                from asset a
                                left join asset_file f on f.asset_id = a.id and f.type = 'preview'
                                where a.id = :assetId and a.visibility <> 'hidden'
                                """)
                        .param("assetId", assetId)
                        .query(Row.class)
                        .optional();
        if (row.isEmpty()) {
            return Optional.empty();
        }
        var path = row.get().path();
        if (path == null) {
            throw new IOException("The asset has no preview yet: run its thumbnail job first");
        }
        library.requirePresent();
        var file = library.resolve(path);
        if (!Files.exists(file)) {
            throw new IOException(
                    "The preview %s is missing from the library: run the thumbnail job again"
                            .formatted(path));
        }
        return Optional.of(file);
    }
}
