package app.keepsake.asset;

import java.util.List;
import java.util.UUID;

/** What a person said of assets is to be written beside them. */
public record SidecarsDue(List<UUID> assetIds) {}
