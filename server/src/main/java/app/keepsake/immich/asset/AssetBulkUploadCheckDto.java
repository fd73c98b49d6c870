package app.keepsake.immich.asset;

import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.util.List;

/** The CLI asks for 5,000 at a time. */
record AssetBulkUploadCheckDto(
        @NotNull @Size(max = 20_000) List<@NotNull @Valid AssetBulkUploadCheckItem> assets) {}
