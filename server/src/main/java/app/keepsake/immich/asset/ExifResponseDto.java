package app.keepsake.immich.asset;

import app.keepsake.asset.Asset;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

public record ExifResponseDto(
        @Nullable String make,
        @Nullable String model,
        @Nullable Integer exifImageWidth,
        @Nullable Integer exifImageHeight,
        @Nullable Long fileSizeInByte,
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
        @Nullable String description,
        @Nullable String projectionType,
        @Nullable Integer rating) {

    static ExifResponseDto of(Asset.Exif exif) {
        return new ExifResponseDto(
                exif.make(),
                exif.model(),
                exif.width(),
                exif.height(),
                exif.fileSize(),
                exif.orientation(),
                exif.dateTimeOriginal(),
                exif.modifyDate(),
                exif.timeZone(),
                exif.lensModel(),
                exif.fNumber(),
                exif.focalLength(),
                exif.iso(),
                exif.exposureTime(),
                exif.latitude(),
                exif.longitude(),
                exif.city(),
                exif.state(),
                exif.country(),
                exif.description(),
                exif.projectionType(),
                exif.rating());
    }
}
