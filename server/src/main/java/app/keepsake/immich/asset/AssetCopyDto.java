package app.keepsake.immich.asset;

import app.keepsake.copy.Part;
import jakarta.validation.constraints.NotNull;
import java.util.EnumSet;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What is not said is copied. There are no shared links yet. */
record AssetCopyDto(
        @NotNull UUID sourceId,
        @NotNull UUID targetId,
        @Nullable Boolean albums,
        @Nullable Boolean favorite,
        @Nullable Boolean sharedLinks,
        @Nullable Boolean sidecar,
        @Nullable Boolean stack) {

    Set<Part> parts() {
        var parts = EnumSet.noneOf(Part.class);
        add(parts, Part.ALBUMS, albums);
        add(parts, Part.FAVORITE, favorite);
        add(parts, Part.SIDECAR, sidecar);
        add(parts, Part.STACK, stack);
        return parts;
    }

    private static void add(Set<Part> parts, Part part, @Nullable Boolean wanted) {
        if (!Boolean.FALSE.equals(wanted)) {
            parts.add(part);
        }
    }
}
