package app.keepsake.immich.useradmin;

import app.keepsake.immich.user.EmailAddress;
import app.keepsake.immich.user.UserAvatarColor;
import app.keepsake.problem.Change;
import app.keepsake.user.UserChanges;
import jakarta.validation.constraints.NotBlank;
import org.jspecify.annotations.Nullable;

/**
 * Immich's {@code notify} asks for a mail to the user; there is no mail yet, so it is not read.
 *
 * @param shouldChangePassword null counts as true: an administrator knows the password
 */
record UserAdminCreateDto(
        @NotBlank String name,
        @NotBlank @EmailAddress String email,
        @NotBlank String password,
        @Nullable UserAvatarColor avatarColor,
        @Nullable Boolean isAdmin,
        @Nullable String pinCode,
        @Nullable Long quotaSizeInBytes,
        @Nullable Boolean shouldChangePassword,
        @Nullable String storageLabel) {

    UserChanges account() {
        return new UserChanges(
                name,
                email,
                password,
                UserAvatarColor.nameOf(avatarColor),
                shouldChangePassword == null || shouldChangePassword,
                isAdmin,
                new Change<>(storageLabel),
                new Change<>(quotaSizeInBytes),
                new Change<>(pinCode));
    }
}
