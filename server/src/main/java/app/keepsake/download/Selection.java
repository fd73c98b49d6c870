package app.keepsake.download;

import app.keepsake.problem.Problem;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What is to be downloaded: some assets, an album, or all that a user shows. The first counts. */
public record Selection(
        @Nullable List<UUID> assetIds, @Nullable UUID albumId, @Nullable UUID userId) {

    public Selection {
        if (assetIds == null && albumId == null && userId == null) {
            throw new Problem.Invalid("assetIds, albumId, or userId is required");
        }
    }
}
