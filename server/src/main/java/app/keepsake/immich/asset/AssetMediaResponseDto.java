package app.keepsake.immich.asset;

import java.util.UUID;

/**
 * @param status "created" or "duplicate"
 */
record AssetMediaResponseDto(UUID id, String status) {}
