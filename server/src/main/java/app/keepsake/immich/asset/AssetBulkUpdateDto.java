package app.keepsake.immich.asset;

import app.keepsake.asset.AssetChange;
import app.keepsake.asset.DateChange;
import app.keepsake.asset.TimeZones;
import app.keepsake.asset.Visibility;
import app.keepsake.problem.Problem;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.NotNull;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * As {@link UpdateAssetDto}, for many.
 *
 * @param dateTimeRelative minutes to add
 * @param timeZone where they were taken; what instant that was stays
 */
record AssetBulkUpdateDto(
        @NotNull List<@NotNull UUID> ids,
        @Nullable Boolean isFavorite,
        @Nullable Visibility visibility,
        @Nullable JsonNode duplicateId,
        @Nullable String dateTimeOriginal,
        @Nullable Long dateTimeRelative,
        @Nullable String timeZone,
        @Nullable String description,
        @DecimalMin("-90") @DecimalMax("90") @Nullable Double latitude,
        @DecimalMin("-180") @DecimalMax("180") @Nullable Double longitude,
        @Nullable JsonNode rating) {

    AssetChange change() {
        return new AssetChange(
                isFavorite,
                visibility,
                UpdateAssetDto.uuid("duplicateId", duplicateId),
                null,
                date(),
                description,
                latitude,
                longitude,
                UpdateAssetDto.rating(rating));
    }

    private @Nullable DateChange date() {
        if (dateTimeOriginal != null) {
            return DateChange.parse(dateTimeOriginal);
        }
        if (dateTimeRelative == null && timeZone == null) {
            return null;
        }
        var zone =
                timeZone == null
                        ? null
                        : TimeZones.parse(timeZone)
                                .orElseThrow(() -> new Problem.Invalid("timeZone is unknown"));
        return new DateChange.By(dateTimeRelative == null ? 0 : dateTimeRelative, zone);
    }
}
