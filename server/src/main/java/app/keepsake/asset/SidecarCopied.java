package app.keepsake.asset;

import java.util.UUID;

/** An asset has got another's sidecar, which is to be read. */
public record SidecarCopied(UUID assetId) {}
