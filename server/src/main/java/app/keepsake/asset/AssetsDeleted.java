package app.keepsake.asset;

import java.util.List;
import java.util.UUID;

/** Assets are gone for good. */
public record AssetsDeleted(UUID ownerId, List<UUID> assetIds) {}
