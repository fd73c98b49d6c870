package app.keepsake.asset;

import java.util.List;
import java.util.UUID;

/** Assets were put into the trash. */
public record AssetsTrashed(UUID ownerId, List<UUID> assetIds) {}
