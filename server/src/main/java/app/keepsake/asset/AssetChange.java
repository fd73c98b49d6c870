package app.keepsake.asset;

import app.keepsake.problem.Change;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What is to be different of an asset; what is null stays.
 *
 * @param livePhotoVideoId the film that becomes the asset's moving half
 * @param latitude degrees, north positive
 * @param longitude degrees, east positive
 * @param rating 1 to 5
 */
public record AssetChange(
        @Nullable Boolean isFavorite,
        @Nullable Visibility visibility,
        @Nullable Change<UUID> duplicateId,
        @Nullable Change<UUID> livePhotoVideoId,
        @Nullable DateChange date,
        @Nullable String description,
        @Nullable Double latitude,
        @Nullable Double longitude,
        @Nullable Change<Integer> rating) {

    /** Whether it is about the asset's own row, rather than about what its file says. */
    boolean isOfAsset() {
        return isFavorite != null || visibility != null || duplicateId != null;
    }

    boolean isOfExif() {
        return !locked().isEmpty();
    }

    /**
     * What a person has said, so that reading the file again does not change it; by Immich's names.
     */
    List<String> locked() {
        var locked = new ArrayList<String>();
        if (date != null) {
            locked.add("dateTimeOriginal");
            locked.add("timeZone");
        }
        if (description != null) {
            locked.add("description");
        }
        if (latitude != null) {
            locked.add("latitude");
        }
        if (longitude != null) {
            locked.add("longitude");
        }
        if (rating != null) {
            locked.add("rating");
        }
        return locked;
    }
}
