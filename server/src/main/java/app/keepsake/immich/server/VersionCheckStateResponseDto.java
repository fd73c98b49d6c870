package app.keepsake.immich.server;

import org.jspecify.annotations.Nullable;

/** What the last look for a newer release found: Keepsake never looks, and asks nobody. */
public record VersionCheckStateResponseDto(
        @Nullable String checkedAt, @Nullable String releaseVersion) {

    public static final VersionCheckStateResponseDto NEVER =
            new VersionCheckStateResponseDto(null, null);
}
