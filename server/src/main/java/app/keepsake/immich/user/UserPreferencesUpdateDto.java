package app.keepsake.immich.user;

import com.fasterxml.jackson.annotation.JsonInclude;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.Size;
import org.jspecify.annotations.Nullable;

/** The preferences to change. The colour, which is the user's now, was one of them once. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record UserPreferencesUpdateDto(
        @Nullable AlbumsUpdate albums,
        @Nullable AvatarUpdate avatar,
        @Nullable CastUpdate cast,
        @Valid @Nullable DownloadUpdate download,
        @Nullable EmailNotificationsUpdate emailNotifications,
        @Nullable PageUpdate folders,
        @Valid @Nullable MemoriesUpdate memories,
        @Valid @Nullable PeopleUpdate people,
        @Valid @Nullable PurchaseUpdate purchase,
        @Nullable RatingsUpdate ratings,
        @Nullable RecentlyAddedUpdate recentlyAdded,
        @Nullable PageUpdate sharedLinks,
        @Nullable PageUpdate tags) {

    /** The largest whole number that JavaScript keeps exactly. */
    private static final long MAX = 9_007_199_254_740_991L;

    @JsonInclude(JsonInclude.Include.NON_NULL)
    record AlbumsUpdate(UserPreferencesResponseDto.@Nullable AssetOrder defaultAssetOrder) {}

    @JsonInclude(JsonInclude.Include.NON_NULL)
    record AvatarUpdate(@Nullable UserAvatarColor color) {}

    @JsonInclude(JsonInclude.Include.NON_NULL)
    record CastUpdate(@Nullable Boolean gCastEnabled) {}

    @JsonInclude(JsonInclude.Include.NON_NULL)
    record DownloadUpdate(
            @Min(1) @Max(MAX) @Nullable Long archiveSize,
            @Nullable Boolean includeEmbeddedVideos) {}

    @JsonInclude(JsonInclude.Include.NON_NULL)
    record EmailNotificationsUpdate(
            @Nullable Boolean enabled,
            @Nullable Boolean albumInvite,
            @Nullable Boolean albumUpdate) {}

    @JsonInclude(JsonInclude.Include.NON_NULL)
    record MemoriesUpdate(
            @Nullable Boolean enabled,
            @Min(1) @Max(MAX) @Nullable Long duration,
            @Nullable Boolean sidebarWeb) {}

    @JsonInclude(JsonInclude.Include.NON_NULL)
    record PageUpdate(@Nullable Boolean enabled, @Nullable Boolean sidebarWeb) {}

    @JsonInclude(JsonInclude.Include.NON_NULL)
    record PeopleUpdate(
            @Nullable Boolean enabled,
            @Nullable Boolean sidebarWeb,
            @Min(1) @Max(MAX) @Nullable Long minimumFaces) {}

    @JsonInclude(JsonInclude.Include.NON_NULL)
    record PurchaseUpdate(
            @Nullable Boolean showSupportBadge,
            @Size(max = 100) @Nullable String hideBuyButtonUntil) {}

    @JsonInclude(JsonInclude.Include.NON_NULL)
    record RatingsUpdate(@Nullable Boolean enabled) {}

    @JsonInclude(JsonInclude.Include.NON_NULL)
    record RecentlyAddedUpdate(@Nullable Boolean sidebarWeb) {}

    public @Nullable String avatarColor() {
        return avatar == null ? null : UserAvatarColor.nameOf(avatar.color());
    }
}
