package app.keepsake.immich.asset;

import jakarta.validation.constraints.NotNull;
import java.util.UUID;
import tools.jackson.databind.JsonNode;

record AssetMetadataBulkUpsertItemDto(
        @NotNull UUID assetId, @NotNull String key, @NotNull JsonNode value) {}
