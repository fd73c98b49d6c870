package app.keepsake.user;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An account as others may read it.
 *
 * @param quotaSizeInBytes null = no limit; 0 is one
 */
public record UserView(
        UUID id,
        String email,
        String name,
        boolean isAdmin,
        boolean shouldChangePassword,
        String avatarColor,
        String profileImagePath,
        Instant profileChangedAt,
        @Nullable String storageLabel,
        String oauthId,
        @Nullable Long quotaSizeInBytes,
        long quotaUsageInBytes,
        String status,
        UUID clusterGroupId,
        Instant createdAt,
        Instant updatedAt,
        @Nullable Instant deletedAt) {

    static final String COLUMNS =
            """
             id, email, name, is_admin, should_change_password, avatar_color, profile_image_path,
             profile_changed_at, storage_label, oauth_id, quota_size_in_bytes, quota_usage_in_bytes,
             status, cluster_group_id, created_at, updated_at, deleted_at \
            """;
}
