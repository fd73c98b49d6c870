package app.keepsake.search;

import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One page of a search, the best first.
 *
 * @param next where the page behind it begins; null where there is none, or only a number for it
 */
public record Found(List<UUID> assetIds, boolean hasMore, @Nullable Cursor next) {

    public Found {
        assetIds = List.copyOf(assetIds);
    }

    /** The first of what was fetched, one more than the page holds if there is one. */
    static Found of(List<UUID> ids, Page page) {
        var hasMore = ids.size() > page.size();
        return new Found(hasMore ? ids.subList(0, page.size()) : ids, hasMore, null);
    }
}
