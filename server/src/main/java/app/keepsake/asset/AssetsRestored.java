package app.keepsake.asset;

import java.util.List;
import java.util.UUID;

/** Assets, named one by one, were taken out of the trash. */
public record AssetsRestored(UUID ownerId, List<UUID> assetIds) {}
