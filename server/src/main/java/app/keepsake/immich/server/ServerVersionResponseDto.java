package app.keepsake.immich.server;

import org.jspecify.annotations.Nullable;

/** The version of the API, which clients compare with their own. */
public record ServerVersionResponseDto(
        int major, int minor, int patch, @Nullable Integer prerelease) {

    public static final ServerVersionResponseDto CURRENT =
            new ServerVersionResponseDto(3, 2, 2, null);
}
