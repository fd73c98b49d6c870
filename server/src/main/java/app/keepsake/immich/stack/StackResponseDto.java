package app.keepsake.immich.stack;

import app.keepsake.immich.asset.AssetResponseDto;
import java.util.List;
import java.util.UUID;

/**
 * @param assets the primary one first
 */
record StackResponseDto(UUID id, UUID primaryAssetId, List<AssetResponseDto> assets) {}
