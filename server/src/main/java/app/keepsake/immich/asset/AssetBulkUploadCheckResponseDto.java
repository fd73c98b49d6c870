package app.keepsake.immich.asset;

import java.util.List;

/** One result for each item, in their order. */
record AssetBulkUploadCheckResponseDto(List<AssetBulkUploadCheckResult> results) {}
