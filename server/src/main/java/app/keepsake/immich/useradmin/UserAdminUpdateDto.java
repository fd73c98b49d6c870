package app.keepsake.immich.useradmin;

import app.keepsake.immich.user.EmailAddress;
import app.keepsake.immich.user.UserAvatarColor;
import app.keepsake.problem.Change;
import app.keepsake.problem.Problem;
import app.keepsake.user.UserChanges;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** What is not sent stays; a null of those that are JSON here empties them. */
record UserAdminUpdateDto(
        @Nullable String name,
        @EmailAddress @Nullable String email,
        @Nullable String password,
        @Nullable UserAvatarColor avatarColor,
        @Nullable Boolean isAdmin,
        @Nullable JsonNode pinCode,
        @Nullable JsonNode quotaSizeInBytes,
        @Nullable Boolean shouldChangePassword,
        @Nullable JsonNode storageLabel) {

    UserChanges changes() {
        return new UserChanges(
                name,
                email,
                password,
                UserAvatarColor.nameOf(avatarColor),
                shouldChangePassword,
                isAdmin,
                text("storageLabel", storageLabel),
                number("quotaSizeInBytes", quotaSizeInBytes),
                text("pinCode", pinCode));
    }

    private static @Nullable Change<String> text(String name, @Nullable JsonNode sent) {
        if (sent == null) {
            return null;
        }
        if (!sent.isNull() && !sent.isString()) {
            throw new Problem.Invalid(name + " must be a text or null");
        }
        return new Change<>(sent.isNull() ? null : sent.asString());
    }

    private static @Nullable Change<Long> number(String name, @Nullable JsonNode sent) {
        if (sent == null) {
            return null;
        }
        if (!sent.isNull() && !sent.canConvertToExactIntegral()) {
            throw new Problem.Invalid(name + " must be a whole number or null");
        }
        if (!sent.isNull() && !sent.canConvertToLong()) {
            throw new Problem.Invalid(name + " is too large");
        }
        return new Change<>(sent.isNull() ? null : sent.asLong());
    }
}
