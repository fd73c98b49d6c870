package app.keepsake.metadata;

import java.util.UUID;

/** What a person has said of an asset stands beside its original, which is to be read again. */
public record SidecarWritten(UUID assetId) {}
