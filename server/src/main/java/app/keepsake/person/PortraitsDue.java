package app.keepsake.person;

import java.util.Set;
import java.util.UUID;

/** People have got a feature face on these assets, whose portrait is to be cut. */
public record PortraitsDue(Set<UUID> assetIds) {}
