package app.keepsake.asset;

import java.util.List;
import java.util.UUID;

/** Someone has changed what is said of assets: date, place, description, rating or tags. */
public record AssetsUpdated(UUID ownerId, List<UUID> assetIds) {}
