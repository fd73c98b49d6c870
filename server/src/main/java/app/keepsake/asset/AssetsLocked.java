package app.keepsake.asset;

import java.util.List;
import java.util.UUID;

/** Assets were moved into the locked folder. */
public record AssetsLocked(UUID ownerId, List<UUID> assetIds) {}
