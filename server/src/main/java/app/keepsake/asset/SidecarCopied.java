package app.keepsake.asset;

import java.util.UUID;

/** An asset has got another's sidecar: to be read, and what a person said to be written there. */
public record SidecarCopied(UUID assetId) {}
