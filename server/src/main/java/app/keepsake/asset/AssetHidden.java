package app.keepsake.asset;

import java.util.UUID;

/** A film became the moving half of a live photo. */
public record AssetHidden(UUID ownerId, UUID assetId) {}
