package app.keepsake.asset;

import java.time.Instant;
import java.time.LocalDateTime;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An asset as a caller may see it.
 *
 * @param originalPath relative to the library
 * @param sizeInBytes of the original, as it was acknowledged
 * @param localDateTime the wall clock where it was taken
 * @param durationMs milliseconds; null for a still picture
 * @param width pixels, upright; null until it was decoded
 * @param height as {@code width}
 * @param thumbhash some 25 bytes, a blur to show meanwhile; null until it was decoded
 * @param isFavorite its owner's; to others it never is
 * @param isEdited whether its pictures show edits
 * @param deletedAt when it was put into the trash
 * @param exif null until its metadata was read
 */
public record Asset(
        UUID id,
        UUID ownerId,
        @Nullable UUID libraryId,
        AssetType type,
        String originalPath,
        String originalFileName,
        Checksum checksum,
        long sizeInBytes,
        Instant fileCreatedAt,
        Instant fileModifiedAt,
        LocalDateTime localDateTime,
        @Nullable Integer durationMs,
        @Nullable Integer width,
        @Nullable Integer height,
        byte @Nullable [] thumbhash,
        boolean isFavorite,
        boolean isOffline,
        boolean isEdited,
        Visibility visibility,
        @Nullable UUID livePhotoVideoId,
        @Nullable UUID duplicateId,
        Instant createdAt,
        Instant updatedAt,
        @Nullable Instant deletedAt,
        @Nullable Exif exif) {

    /** Without what is its owner's alone: others do not see whose favourite it is. */
    Asset asSeenBy(UUID userId) {
        return ownerId.equals(userId) ? this : withoutFavorite();
    }

    private Asset withoutFavorite() {
        return new Asset(
                id,
                ownerId,
                libraryId,
                type,
                originalPath,
                originalFileName,
                checksum,
                sizeInBytes,
                fileCreatedAt,
                fileModifiedAt,
                localDateTime,
                durationMs,
                width,
                height,
                thumbhash,
                false,
                isOffline,
                isEdited,
                visibility,
                livePhotoVideoId,
                duplicateId,
                createdAt,
                updatedAt,
                deletedAt,
                exif);
    }

    /**
     * What its file says of itself.
     *
     * @param width pixels as stored, before the orientation is applied
     * @param height as {@code width}
     * @param fileSize bytes
     * @param orientation EXIF's number, 1 to 8
     * @param timeZone as Immich writes it: "UTC-8", "UTC+5:30"
     * @param fNumber the focal length over the aperture's width
     * @param focalLength millimetres, as of the lens
     * @param exposureTime seconds, as a fraction where it is one: "1/250"
     * @param latitude degrees, north positive
     * @param longitude degrees, east positive
     * @param rating 1 to 5 stars
     */
    public record Exif(
            @Nullable String make,
            @Nullable String model,
            @Nullable Integer width,
            @Nullable Integer height,
            @Nullable Long fileSize,
            @Nullable String orientation,
            @Nullable Instant dateTimeOriginal,
            @Nullable Instant modifyDate,
            @Nullable String timeZone,
            @Nullable String lensModel,
            @Nullable Double fNumber,
            @Nullable Double focalLength,
            @Nullable Integer iso,
            @Nullable String exposureTime,
            @Nullable Double latitude,
            @Nullable Double longitude,
            @Nullable String city,
            @Nullable String state,
            @Nullable String country,
            String description,
            @Nullable String projectionType,
            @Nullable Integer rating) {}
}
