package app.keepsake.immich.search;

import app.keepsake.auth.Caller;
import java.time.Instant;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An asset as {@link FilteredLibrary} knows it.
 *
 * @param people numbers of its owner's people
 * @param near the smaller, the nearer to the picture that is looked for; some are equally near
 */
record Thing(
        UUID id,
        Caller owner,
        String type,
        String visibility,
        boolean isFavorite,
        boolean isOffline,
        boolean isMotion,
        boolean isEncoded,
        @Nullable Instant trashed,
        Instant taken,
        Instant created,
        Instant updated,
        long size,
        @Nullable Integer rating,
        @Nullable UUID library,
        @Nullable String city,
        @Nullable String state,
        @Nullable String country,
        @Nullable String make,
        @Nullable String model,
        @Nullable String lens,
        String name,
        String description,
        String text,
        Set<Integer> people,
        Set<Integer> albums,
        Set<Integer> tags,
        int near) {}
