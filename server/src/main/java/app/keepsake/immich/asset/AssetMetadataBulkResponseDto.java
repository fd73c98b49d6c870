package app.keepsake.immich.asset;

import app.keepsake.asset.AssetMetadata;
import java.time.Instant;
import java.util.UUID;
import tools.jackson.databind.JsonNode;

record AssetMetadataBulkResponseDto(UUID assetId, String key, JsonNode value, Instant updatedAt) {

    static AssetMetadataBulkResponseDto of(AssetMetadata.Kept kept) {
        var item = kept.item();
        return new AssetMetadataBulkResponseDto(
                item.key().assetId(), item.key().name(), item.value(), kept.updatedAt());
    }
}
