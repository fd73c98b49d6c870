package app.keepsake.immich.duplicate;

import app.keepsake.immich.asset.AssetResponseDto;
import java.util.List;
import java.util.UUID;

record DuplicateResponseDto(
        UUID duplicateId, List<AssetResponseDto> assets, List<UUID> suggestedKeepAssetIds) {}
