package app.keepsake.album;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Which of the caller's albums to list. Null filters nothing.
 *
 * @param isOwned whether the caller is an owner
 * @param isShared whether somebody else is in it
 * @param assetId of an asset that is in it
 * @param name as a whole
 */
public record AlbumFilter(
        @Nullable UUID id,
        @Nullable Boolean isOwned,
        @Nullable Boolean isShared,
        @Nullable UUID assetId,
        @Nullable String name) {

    static AlbumFilter of(UUID id) {
        return new AlbumFilter(id, null, null, null, null);
    }
}
