package app.keepsake.immich.user;

import app.keepsake.user.UserView;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** An account as its user and administrators see it. */
public record UserAdminResponseDto(
        UUID id,
        String email,
        String name,
        boolean isAdmin,
        boolean shouldChangePassword,
        UserAvatarColor avatarColor,
        String profileImagePath,
        Instant profileChangedAt,
        @Nullable String storageLabel,
        String oauthId,
        @Nullable Long quotaSizeInBytes,
        @Nullable Long quotaUsageInBytes,
        Status status,
        @Nullable UserLicenseDto license,
        UUID clusterGroupId,
        Instant createdAt,
        Instant updatedAt,
        @Nullable Instant deletedAt) {

    enum Status {
        active,
        removing,
        deleted
    }

    public static UserAdminResponseDto of(UserView user) {
        return new UserAdminResponseDto(
                user.id(),
                user.email(),
                user.name(),
                user.isAdmin(),
                user.shouldChangePassword(),
                UserAvatarColor.valueOf(user.avatarColor()),
                user.profileImagePath(),
                user.profileChangedAt(),
                user.storageLabel(),
                user.oauthId(),
                user.quotaSizeInBytes(),
                user.quotaUsageInBytes(),
                Status.valueOf(user.status()),
                licenseOf(user),
                user.clusterGroupId(),
                user.createdAt(),
                user.updatedAt(),
                user.deletedAt());
    }

    private static @Nullable UserLicenseDto licenseOf(UserView user) {
        return user.licenseKey() == null
                        || user.activationKey() == null
                        || user.licenseActivatedAt() == null
                ? null
                : new UserLicenseDto(
                        user.licenseActivatedAt(), user.activationKey(), user.licenseKey());
    }
}
