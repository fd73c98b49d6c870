package app.keepsake.immich.user;

import app.keepsake.user.UserView;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * @param license always null: nothing is sold here
 */
public record UserAdminResponseDto(
        UUID id,
        String email,
        String name,
        boolean isAdmin,
        boolean shouldChangePassword,
        AvatarColor avatarColor,
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

    enum AvatarColor {
        primary,
        pink,
        red,
        yellow,
        blue,
        green,
        purple,
        orange,
        gray,
        amber
    }

    enum Status {
        active,
        removing,
        deleted
    }

    record UserLicenseDto(Instant activatedAt, String activationKey, String licenseKey) {}

    public static UserAdminResponseDto of(UserView user) {
        return new UserAdminResponseDto(
                user.id(),
                user.email(),
                user.name(),
                user.isAdmin(),
                user.shouldChangePassword(),
                AvatarColor.valueOf(user.avatarColor()),
                user.profileImagePath(),
                user.profileChangedAt(),
                user.storageLabel(),
                user.oauthId(),
                user.quotaSizeInBytes(),
                user.quotaUsageInBytes(),
                Status.valueOf(user.status()),
                null,
                user.clusterGroupId(),
                user.createdAt(),
                user.updatedAt(),
                user.deletedAt());
    }
}
