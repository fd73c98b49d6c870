package app.keepsake.support;

import app.keepsake.asset.ThumbnailsReady;
import java.util.UUID;

/** What a worker's reports set off, for tests that know nothing of the server. */
public final class WorkerReports {

    private WorkerReports() {}

    /** The pictures of this asset are made. */
    public static Object thumbnailsOf(String assetId) {
        return new ThumbnailsReady(UUID.fromString(assetId));
    }
}
