package app.keepsake.download;

import java.util.List;
import java.util.UUID;

/**
 * @param size bytes of its originals together
 */
public record Archive(List<UUID> assetIds, long size) {}
