package app.keepsake.upload;

import java.util.UUID;

/** An asset is new: its original is durable and its row committed. */
public record AssetUploaded(UUID assetId) {}
