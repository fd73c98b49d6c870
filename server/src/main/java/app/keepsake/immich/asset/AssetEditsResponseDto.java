package app.keepsake.immich.asset;

import app.keepsake.asset.Edits;
import java.util.List;
import java.util.UUID;

record AssetEditsResponseDto(UUID assetId, List<AssetEditActionItemResponseDto> edits) {

    static AssetEditsResponseDto of(UUID assetId, List<Edits.Stored> edits) {
        return new AssetEditsResponseDto(
                assetId, edits.stream().map(AssetEditActionItemResponseDto::of).toList());
    }
}
