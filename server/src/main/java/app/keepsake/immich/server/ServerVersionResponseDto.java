package app.keepsake.immich.server;

import app.keepsake.settings.ApiVersion;
import org.jspecify.annotations.Nullable;

/** The version of the API; clients compare it with their own. */
public record ServerVersionResponseDto(
        int major, int minor, int patch, @Nullable Integer prerelease) {

    public static final ServerVersionResponseDto CURRENT =
            new ServerVersionResponseDto(
                    ApiVersion.CURRENT.major(),
                    ApiVersion.CURRENT.minor(),
                    ApiVersion.CURRENT.patch(),
                    null);
}
