package app.keepsake.asset;

import java.time.Instant;
import java.time.LocalDateTime;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An asset as its owner may see it.
 *
 * @param originalPath relative to the library
 * @param localDateTime the wall clock where it was taken
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
        Instant fileCreatedAt,
        Instant fileModifiedAt,
        LocalDateTime localDateTime,
        @Nullable Integer durationMs,
        @Nullable Integer width,
        @Nullable Integer height,
        byte @Nullable [] thumbhash,
        boolean isFavorite,
        boolean isOffline,
        Visibility visibility,
        @Nullable UUID livePhotoVideoId,
        @Nullable UUID duplicateId,
        Instant createdAt,
        Instant updatedAt,
        @Nullable Instant deletedAt,
        @Nullable Exif exif) {

    /** What its file says of itself. */
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
