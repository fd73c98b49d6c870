package app.keepsake.asset;

import java.util.List;
import java.util.UUID;

/** Their owner says of those that are in one group of duplicates that they belong to none. */
public record NoDuplicates(UUID ownerId, List<UUID> assetIds) {}
