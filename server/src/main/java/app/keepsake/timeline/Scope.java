package app.keepsake.timeline;

import java.util.Set;
import java.util.UUID;

/**
 * Whose assets a timeline may show.
 *
 * @param viewerId who looks at it; of others it shows only what is in their timeline, and no
 *     favourites
 * @param ownerIds empty for everyone in an album
 */
record Scope(UUID viewerId, Set<UUID> ownerIds) {

    boolean isOwn() {
        return ownerIds.equals(Set.of(viewerId));
    }
}
