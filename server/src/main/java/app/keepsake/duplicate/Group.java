package app.keepsake.duplicate;

import java.util.List;
import java.util.UUID;

/**
 * Assets of one owner that look the same.
 *
 * @param assetIds two at least, the oldest first
 * @param best the one with the largest file, and of those the one of which most is known
 */
public record Group(UUID id, List<UUID> assetIds, UUID best) {

    public Group {
        assetIds = List.copyOf(assetIds);
    }
}
