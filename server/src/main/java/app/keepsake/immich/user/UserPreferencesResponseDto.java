package app.keepsake.immich.user;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/**
 * How a user likes the clients to look. The parts are called as Immich calls them, since {@code
 * DownloadResponseDto}, say, is something else there.
 */
public record UserPreferencesResponseDto(
        AlbumsResponse albums,
        FoldersResponse folders,
        MemoriesResponse memories,
        PeopleResponse people,
        RatingsResponse ratings,
        SharedLinksResponse sharedLinks,
        TagsResponse tags,
        EmailNotificationsResponse emailNotifications,
        DownloadResponse download,
        PurchaseResponse purchase,
        CastResponse cast,
        RecentlyAddedResponse recentlyAdded) {

    enum AssetOrder {
        asc,
        desc
    }

    record AlbumsResponse(AssetOrder defaultAssetOrder) {}

    record FoldersResponse(boolean enabled, boolean sidebarWeb) {}

    /**
     * @param duration seconds that one memory is shown
     */
    record MemoriesResponse(boolean enabled, long duration, boolean sidebarWeb) {}

    @JsonInclude(JsonInclude.Include.NON_NULL)
    record PeopleResponse(boolean enabled, boolean sidebarWeb, @Nullable Long minimumFaces) {}

    record RatingsResponse(boolean enabled) {}

    record SharedLinksResponse(boolean enabled, boolean sidebarWeb) {}

    record TagsResponse(boolean enabled, boolean sidebarWeb) {}

    record EmailNotificationsResponse(boolean enabled, boolean albumInvite, boolean albumUpdate) {}

    /**
     * @param archiveSize bytes
     */
    record DownloadResponse(long archiveSize, boolean includeEmbeddedVideos) {}

    record PurchaseResponse(boolean showSupportBadge, String hideBuyButtonUntil) {}

    record CastResponse(boolean gCastEnabled) {}

    record RecentlyAddedResponse(boolean sidebarWeb) {}
}
