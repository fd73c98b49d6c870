package app.keepsake.immich.asset;

import app.keepsake.asset.AssetMetadata;
import java.time.Instant;
import tools.jackson.databind.JsonNode;

record AssetMetadataResponseDto(String key, JsonNode value, Instant updatedAt) {

    static AssetMetadataResponseDto of(AssetMetadata.Kept kept) {
        var item = kept.item();
        return new AssetMetadataResponseDto(item.key().name(), item.value(), kept.updatedAt());
    }
}
