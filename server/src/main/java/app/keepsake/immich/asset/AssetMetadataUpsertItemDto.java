package app.keepsake.immich.asset;

import jakarta.validation.constraints.NotNull;
import tools.jackson.databind.JsonNode;

record AssetMetadataUpsertItemDto(@NotNull String key, @NotNull JsonNode value) {}
