package app.keepsake.immich.asset;

import app.keepsake.upload.Uploads;
import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * @param action "accept" or "reject"; the rest is there only for a rejected item
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record AssetBulkUploadCheckResult(
        String id,
        String action,
        @Nullable String reason,
        @Nullable UUID assetId,
        @Nullable Boolean isTrashed) {

    static AssetBulkUploadCheckResult of(String id, Uploads.@Nullable Duplicate duplicate) {
        return duplicate == null
                ? new AssetBulkUploadCheckResult(id, "accept", null, null, null)
                : new AssetBulkUploadCheckResult(
                        id, "reject", "duplicate", duplicate.assetId(), duplicate.isTrashed());
    }
}
