package app.keepsake.asset;

import java.util.UUID;

/** The pictures of an asset show its edits, or none any more. */
public record EditsReady(UUID assetId) {}
