package app.keepsake.asset;

import java.util.UUID;

/** The pictures of an asset are made, for the first time or anew. */
public record ThumbnailsReady(UUID assetId) {}
