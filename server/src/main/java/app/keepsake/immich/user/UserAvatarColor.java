package app.keepsake.immich.user;

import org.jspecify.annotations.Nullable;

/** The background of the letter that stands for users without a picture. */
public enum UserAvatarColor {
    primary,
    pink,
    red,
    yellow,
    blue,
    green,
    purple,
    orange,
    gray,
    amber;

    public static @Nullable String nameOf(@Nullable UserAvatarColor color) {
        return color == null ? null : color.name();
    }
}
