package app.keepsake.album;

import java.time.Instant;
import java.time.LocalDateTime;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An album as its members see it. What is in the trash, or hidden, counts for nothing.
 *
 * @param thumbnailAssetId one of its assets, or null when it shows none
 * @param oldestFirst how its assets are sorted
 * @param members never empty, owners first
 * @param startDate the wall clock of its oldest asset; null when it shows none
 * @param endDate as {@code startDate}, of its newest asset
 * @param assetsUpdatedAt when one of its assets was last changed
 */
public record Album(
        UUID id,
        String name,
        String description,
        @Nullable UUID thumbnailAssetId,
        boolean isActivityEnabled,
        boolean oldestFirst,
        Instant createdAt,
        Instant updatedAt,
        List<Member> members,
        int assetCount,
        @Nullable LocalDateTime startDate,
        @Nullable LocalDateTime endDate,
        @Nullable Instant assetsUpdatedAt) {

    /** Someone who is in an album. */
    public record Member(UUID userId, Role role) {}

    /** How many of an album's assets are whose. */
    public record Contribution(UUID userId, int assetCount) {}

    /** How many albums the caller owns, is in with others, and has alone. */
    public record Statistics(int owned, int shared, int notShared) {}

    public boolean isShared() {
        return members.size() > 1;
    }
}
