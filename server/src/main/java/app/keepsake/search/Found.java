package app.keepsake.search;

import java.util.List;
import java.util.UUID;

/** One page of a search, the best first. */
public record Found(List<UUID> assetIds, boolean hasMore) {

    public Found {
        assetIds = List.copyOf(assetIds);
    }
}
