package app.keepsake.immich.asset;

import jakarta.validation.constraints.NotNull;

/**
 * @param id the client's own name for the file
 * @param checksum SHA-1 in hex or base64
 */
record AssetBulkUploadCheckItem(@NotNull String id, @NotNull String checksum) {}
