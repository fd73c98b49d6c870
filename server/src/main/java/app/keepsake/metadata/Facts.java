package app.keepsake.metadata;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an original and its sidecar say, each null where they say nothing.
 *
 * @param imageWidth pixels as stored, before the orientation turns them
 * @param exposureTime as photographers write it: "1/400", "2.5"
 * @param orientation Exif's 1..8
 * @param rating 1..5
 * @param livePhotoCid what a live photo's still and video share
 */
record Facts(
        @Nullable Taken taken,
        @Nullable Instant modifyDate,
        @Nullable String make,
        @Nullable String model,
        @Nullable String lensModel,
        @Nullable Double fNumber,
        @Nullable Double focalLength,
        @Nullable Integer iso,
        @Nullable String exposureTime,
        @Nullable Double fps,
        @Nullable Integer durationMs,
        @Nullable Integer imageWidth,
        @Nullable Integer imageHeight,
        @Nullable Integer orientation,
        @Nullable Double latitude,
        @Nullable Double longitude,
        @Nullable String description,
        @Nullable String projectionType,
        @Nullable String profileDescription,
        @Nullable String colorSpace,
        @Nullable Integer bitsPerSample,
        @Nullable Integer rating,
        @Nullable String livePhotoCid,
        List<String> tags) {

    /** Nothing is known: the upload's own dates stand. */
    static final Facts NONE =
            new Facts(
                    null, null, null, null, null, null, null, null, null, null, null, null, null,
                    null, null, null, null, null, null, null, null, null, null, List.of());

    /** Whether what is shown is the stored picture on its side. */
    boolean isSideways() {
        return orientation != null && orientation >= 5;
    }
}
