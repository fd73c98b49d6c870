package app.keepsake.immich.user;

import org.jspecify.annotations.Nullable;

record UserUpdateMeDto(
        @Nullable String name,
        @EmailAddress @Nullable String email,
        @Nullable String password,
        @Nullable UserAvatarColor avatarColor) {}
