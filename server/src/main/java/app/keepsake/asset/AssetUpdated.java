package app.keepsake.asset;

import java.util.UUID;

/** Someone has changed what is said of an asset: its date, place, description, rating or tags. */
public record AssetUpdated(UUID assetId) {}
