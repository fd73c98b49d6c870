package app.keepsake.immich.download;

import app.keepsake.download.Selection;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

record DownloadInfoDto(
        @Nullable UUID albumId,
        @Nullable @Min(1) @Max(9007199254740991L) Long archiveSize,
        @Nullable List<@NotNull UUID> assetIds,
        @Nullable UUID userId) {

    private static final long USUAL_SIZE = 4L << 30;

    Selection selection() {
        return new Selection(assetIds, albumId, userId);
    }

    long mostBytes() {
        return archiveSize == null ? USUAL_SIZE : archiveSize;
    }
}
