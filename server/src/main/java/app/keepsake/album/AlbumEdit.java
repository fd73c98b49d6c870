package app.keepsake.album;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What to change of an album; null leaves it as it is. */
public record AlbumEdit(
        @Nullable String name,
        @Nullable String description,
        @Nullable UUID thumbnailAssetId,
        @Nullable Boolean isActivityEnabled,
        @Nullable Boolean oldestFirst) {}
