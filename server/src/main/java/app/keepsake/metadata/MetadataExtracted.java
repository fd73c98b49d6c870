package app.keepsake.metadata;

import java.util.UUID;

/** An asset's dates and exif row are written and committed. */
public record MetadataExtracted(UUID assetId) {}
