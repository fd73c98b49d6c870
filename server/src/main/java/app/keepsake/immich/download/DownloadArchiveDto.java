package app.keepsake.immich.download;

import jakarta.validation.constraints.NotNull;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

record DownloadArchiveDto(
        @NotNull List<@NotNull UUID> assetIds,
        @Nullable Boolean edited,
        @Nullable String archiveName) {}
