package app.keepsake.user;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An account as others may read it.
 *
 * @param avatarColor one of Immich's names of colours
 * @param profileImagePath of a file in the library, or empty
 * @param quotaSizeInBytes null = no limit; 0 is one
 * @param licenseKey null when there is none; so are the two beside it
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
        @Nullable Instant deletedAt,
        @Nullable String licenseKey,
        @Nullable String activationKey,
        @Nullable Instant licenseActivatedAt) {

    /** Reads such rows; a condition on {@code u} may follow. */
    static final String SELECT =
            """
            select u.id, u.email, u.name, u.is_admin, u.should_change_password, u.avatar_color,
                u.profile_image_path, u.profile_changed_at, u.storage_label, u.oauth_id,
                u.quota_size_in_bytes, u.quota_usage_in_bytes, u.status, u.cluster_group_id,
                u.created_at, u.updated_at, u.deleted_at, l.value ->> 'licenseKey' as license_key,
                l.value ->> 'activationKey' as activation_key,
                (l.value ->> 'activatedAt')::timestamptz as license_activated_at
            from "user" u left join user_metadata l on l.user_id = u.id and l.key = 'license'
            """;

    public boolean hasProfileImage() {
        return !profileImagePath.isEmpty();
    }
}
