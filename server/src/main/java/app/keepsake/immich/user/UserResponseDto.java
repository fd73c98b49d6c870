package app.keepsake.immich.user;

import app.keepsake.user.UserView;
import java.time.Instant;
import java.util.UUID;

/** What users are told of each other. */
public record UserResponseDto(
        UUID id,
        String email,
        String name,
        UserAvatarColor avatarColor,
        String profileImagePath,
        Instant profileChangedAt) {

    public static UserResponseDto of(UserView user) {
        return new UserResponseDto(
                user.id(),
                user.email(),
                user.name(),
                UserAvatarColor.valueOf(user.avatarColor()),
                user.profileImagePath(),
                user.profileChangedAt());
    }
}
