package app.keepsake.immich.album;

import app.keepsake.album.Album;
import app.keepsake.album.Album.Contribution;
import app.keepsake.immich.user.UserResponseDto;
import app.keepsake.user.UserView;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonInclude.Include;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * @param albumUsers never empty, owners first
 * @param startDate the wall clock of the oldest asset, written as if it were UTC
 * @param endDate as {@code startDate}, of the newest
 * @param contributorCounts left out in lists, and where nobody shares the album
 */
record AlbumResponseDto(
        UUID id,
        String albumName,
        String description,
        @Nullable UUID albumThumbnailAssetId,
        Instant createdAt,
        Instant updatedAt,
        List<AlbumUserResponseDto> albumUsers,
        boolean shared,
        boolean hasSharedLink,
        boolean isActivityEnabled,
        AssetOrder order,
        int assetCount,
        @JsonInclude(Include.NON_NULL) @Nullable Instant startDate,
        @JsonInclude(Include.NON_NULL) @Nullable Instant endDate,
        @JsonInclude(Include.NON_NULL) @Nullable Instant lastModifiedAssetTimestamp,
        @JsonInclude(Include.NON_NULL)
                @Nullable List<ContributorCountResponseDto> contributorCounts) {

    enum AssetOrder {
        asc,
        desc;

        static AssetOrder of(boolean oldestFirst) {
            return oldestFirst ? asc : desc;
        }
    }

    record ContributorCountResponseDto(UUID userId, int assetCount) {}

    /**
     * @param users at least the members
     * @param contributions null leaves them out
     */
    static AlbumResponseDto of(
            Album album, Map<UUID, UserView> users, @Nullable List<Contribution> contributions) {
        return new AlbumResponseDto(
                album.id(),
                album.name(),
                album.description(),
                album.thumbnailAssetId(),
                album.createdAt(),
                album.updatedAt(),
                album.members().stream()
                        // One who was deleted since then is in it no more.
                        .filter(member -> users.containsKey(member.userId()))
                        .map(member -> of(member, users))
                        .toList(),
                album.isShared(),
                false,
                album.isActivityEnabled(),
                AssetOrder.of(album.oldestFirst()),
                album.assetCount(),
                utc(album.startDate()),
                utc(album.endDate()),
                album.assetsUpdatedAt(),
                contributions == null
                        ? null
                        : contributions.stream()
                                .map(
                                        each ->
                                                new ContributorCountResponseDto(
                                                        each.userId(), each.assetCount()))
                                .toList());
    }

    private static AlbumUserResponseDto of(Album.Member member, Map<UUID, UserView> users) {
        var user = Objects.requireNonNull(users.get(member.userId()));
        return new AlbumUserResponseDto(UserResponseDto.of(user), AlbumUserRole.of(member.role()));
    }

    private static @Nullable Instant utc(@Nullable LocalDateTime wallClock) {
        return wallClock == null ? null : wallClock.toInstant(ZoneOffset.UTC);
    }
}
