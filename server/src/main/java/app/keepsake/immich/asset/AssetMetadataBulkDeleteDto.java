package app.keepsake.immich.asset;

import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import java.util.List;

record AssetMetadataBulkDeleteDto(
        @NotNull List<@NotNull @Valid AssetMetadataBulkDeleteItemDto> items) {}
