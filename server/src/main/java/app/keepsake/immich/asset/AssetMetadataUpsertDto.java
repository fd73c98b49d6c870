package app.keepsake.immich.asset;

import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import java.util.List;

record AssetMetadataUpsertDto(@NotNull List<@NotNull @Valid AssetMetadataUpsertItemDto> items) {}
