package app.keepsake.immich.asset;

import app.keepsake.asset.Edits;
import java.util.Map;
import java.util.UUID;

record AssetEditActionItemResponseDto(
        UUID id, AssetEditAction action, Map<String, Object> parameters) {

    static AssetEditActionItemResponseDto of(Edits.Stored stored) {
        return new AssetEditActionItemResponseDto(
                stored.id(),
                AssetEditAction.valueOf(stored.edit().action()),
                stored.edit().parameters());
    }
}
