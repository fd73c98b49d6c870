package app.keepsake.stack;

import java.util.List;
import java.util.UUID;

/**
 * Assets of one owner that take one place.
 *
 * @param assetIds what is to be shown of it, the primary one first
 */
public record Stack(UUID id, UUID primaryAssetId, List<UUID> assetIds) {}
