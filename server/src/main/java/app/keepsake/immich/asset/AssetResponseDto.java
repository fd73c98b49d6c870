package app.keepsake.immich.asset;

import app.keepsake.asset.Asset;
import app.keepsake.asset.MediaTypes;
import app.keepsake.asset.Visibility;
import app.keepsake.immich.person.PersonResponseDto;
import app.keepsake.immich.tag.TagResponseDto;
import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One asset. {@code localDateTime} is the wall clock where it was taken, written as if it were UTC.
 *
 * @param exifInfo left out where the caller did not ask for it
 * @param people who is on it, where one of an owner's own assets or a search for it asks for them
 * @param tags the caller's on it, where one asset is asked for
 * @param stack where one asset or a search for it is asked for; null when it is in none
 */
public record AssetResponseDto(
        UUID id,
        UUID ownerId,
        @Nullable UUID libraryId,
        String type,
        String originalPath,
        String originalFileName,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String originalMimeType,
        String checksum,
        @Nullable String thumbhash,
        Instant fileCreatedAt,
        Instant fileModifiedAt,
        Instant localDateTime,
        Instant createdAt,
        Instant updatedAt,
        @Nullable Integer duration,
        @Nullable Integer width,
        @Nullable Integer height,
        boolean isFavorite,
        boolean isArchived,
        boolean isTrashed,
        boolean isOffline,
        boolean isEdited,
        boolean hasMetadata,
        String visibility,
        @Nullable UUID livePhotoVideoId,
        @Nullable UUID duplicateId,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable ExifResponseDto exifInfo,
        List<PersonResponseDto> people,
        List<TagResponseDto> tags,
        @Nullable AssetStackResponseDto stack) {

    /** For answers that show assets in several places. */
    public static Map<UUID, AssetResponseDto> byId(List<Asset> assets) {
        return assets.stream()
                .collect(Collectors.toMap(Asset::id, AssetResponseDto::of, (one, _) -> one));
    }

    public static AssetResponseDto of(Asset asset) {
        return of(asset, true);
    }

    public static AssetResponseDto of(Asset asset, boolean withExif) {
        var thumbhash = asset.thumbhash();
        return new AssetResponseDto(
                asset.id(),
                asset.ownerId(),
                asset.libraryId(),
                asset.type().name(),
                asset.originalPath(),
                asset.originalFileName(),
                MediaTypes.of(asset.originalFileName())
                        .map(MediaTypes.MediaType::contentType)
                        .orElse(null),
                asset.checksum().base64(),
                thumbhash == null ? null : Base64.getEncoder().encodeToString(thumbhash),
                asset.fileCreatedAt(),
                asset.fileModifiedAt(),
                asset.localDateTime().toInstant(ZoneOffset.UTC),
                asset.createdAt(),
                asset.updatedAt(),
                asset.durationMs(),
                asset.width(),
                asset.height(),
                asset.isFavorite(),
                asset.visibility() == Visibility.ARCHIVE,
                asset.deletedAt() != null,
                asset.isOffline(),
                asset.isEdited(),
                true,
                asset.visibility().wireName(),
                asset.livePhotoVideoId(),
                asset.duplicateId(),
                asset.exif() == null || !withExif ? null : ExifResponseDto.of(asset.exif()),
                List.of(),
                List.of(),
                null);
    }

    public AssetResponseDto with(
            List<PersonResponseDto> people,
            List<TagResponseDto> tags,
            @Nullable AssetStackResponseDto stack) {
        return new AssetResponseDto(
                id,
                ownerId,
                libraryId,
                type,
                originalPath,
                originalFileName,
                originalMimeType,
                checksum,
                thumbhash,
                fileCreatedAt,
                fileModifiedAt,
                localDateTime,
                createdAt,
                updatedAt,
                duration,
                width,
                height,
                isFavorite,
                isArchived,
                isTrashed,
                isOffline,
                isEdited,
                hasMetadata,
                visibility,
                livePhotoVideoId,
                duplicateId,
                exifInfo,
                people,
                tags,
                stack);
    }
}
