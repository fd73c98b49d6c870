package app.keepsake.asset;

import java.util.UUID;

/** The pictures of an asset do not show its edits as they are now. */
public record EditsChanged(UUID assetId) {}
