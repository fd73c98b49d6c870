package app.keepsake.immich.asset;

import jakarta.validation.constraints.NotNull;
import java.util.UUID;

record AssetMetadataBulkDeleteItemDto(@NotNull UUID assetId, @NotNull String key) {}
