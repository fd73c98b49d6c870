package app.keepsake.immich.asset;

import java.util.UUID;

/** The stack that an asset is in. */
public record AssetStackResponseDto(UUID id, UUID primaryAssetId, int assetCount) {}
