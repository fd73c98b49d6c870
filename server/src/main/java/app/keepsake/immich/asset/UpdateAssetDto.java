package app.keepsake.immich.asset;

import app.keepsake.asset.AssetChange;
import app.keepsake.asset.DateChange;
import app.keepsake.asset.Visibility;
import app.keepsake.problem.Change;
import app.keepsake.problem.Problem;
import app.keepsake.problem.Sent;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** What is not sent stays; a null of the two that are JSON here empties them. */
record UpdateAssetDto(
        @Nullable Boolean isFavorite,
        @Nullable Visibility visibility,
        @Nullable String dateTimeOriginal,
        @Nullable String description,
        @DecimalMin("-90") @DecimalMax("90") @Nullable Double latitude,
        @DecimalMin("-180") @DecimalMax("180") @Nullable Double longitude,
        @Nullable JsonNode rating,
        @Nullable JsonNode livePhotoVideoId) {

    AssetChange change() {
        return new AssetChange(
                isFavorite,
                visibility,
                null,
                uuid("livePhotoVideoId", livePhotoVideoId),
                dateTimeOriginal == null ? null : DateChange.parse(dateTimeOriginal),
                description,
                latitude,
                longitude,
                rating(rating));
    }

    static @Nullable Change<UUID> uuid(String name, @Nullable JsonNode sent) {
        if (sent == null) {
            return null;
        }
        return new Change<>(sent.isNull() ? null : new Sent(name, sent.asString("")).uuid());
    }

    /** Older clients take a rating away by 0 or -1. */
    static @Nullable Change<Integer> rating(@Nullable JsonNode sent) {
        if (sent == null) {
            return null;
        }
        if (sent.isNull()) {
            return new Change<>(null);
        }
        if (!sent.isInt() || sent.asInt() < -1 || sent.asInt() > 5) {
            throw new Problem.Invalid("rating must be from 1 to 5, or null");
        }
        return new Change<>(sent.asInt() < 1 ? null : sent.asInt());
    }
}
