package app.keepsake.upload;

import java.util.UUID;

/**
 * The original of an asset is durable, and its row committed.
 *
 * @param wasMissing the asset is an old one, whose original is back
 */
public record AssetUploaded(UUID assetId, boolean wasMissing) {}
