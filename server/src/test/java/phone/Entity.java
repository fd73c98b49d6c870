package phone;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A type of line of the sync stream: what its data look like, and what the app does with them.
 *
 * @param schema of the data, in the OpenAPI document
 * @param table of the app's database
 * @param keys empty when the data are a row to keep, else the columns by which a row goes, each
 *     with the field that says which
 */
record Entity(String schema, String table, Map<String, String> keys) {

    private static final Map<String, Entity> ALL = new TreeMap<>();

    static {
        keep("SyncAuthUserV1", "auth_user", "AuthUserV1");
        keep("SyncUserV1", "user", "UserV1");
        keep("SyncUserMetadataV1", "user_metadata", "UserMetadataV1");
        keep("SyncPartnerV1", "partner", "PartnerV1");
        keep(
                "SyncAssetV2",
                "asset",
                "AssetV2",
                "PartnerAssetV2",
                "PartnerAssetBackfillV2",
                "AlbumAssetCreateV2",
                "AlbumAssetUpdateV2",
                "AlbumAssetBackfillV2");
        keep(
                "SyncAssetExifV1",
                "exif",
                "AssetExifV1",
                "PartnerAssetExifV1",
                "PartnerAssetExifBackfillV1",
                "AlbumAssetExifCreateV1",
                "AlbumAssetExifUpdateV1",
                "AlbumAssetExifBackfillV1");
        keep("SyncAssetEditV1", "edit", "AssetEditV1");
        keep("SyncAssetMetadataV1", "asset_metadata", "AssetMetadataV1");
        keep("SyncAssetOcrV1", "ocr", "AssetOcrV1");
        keep("SyncStackV1", "stack", "StackV1", "PartnerStackV1", "PartnerStackBackfillV1");
        keep("SyncAlbumV2", "album", "AlbumV2");
        keep("SyncAlbumUserV1", "album_user", "AlbumUserV1", "AlbumUserBackfillV1");
        keep("SyncAlbumToAssetV1", "album_asset", "AlbumToAssetV1", "AlbumToAssetBackfillV1");
        keep("SyncMemoryV1", "memory", "MemoryV1");
        keep("SyncMemoryAssetV1", "memory_asset", "MemoryToAssetV1");
        keep("SyncPersonV1", "person", "PersonV1");
        keep("SyncAssetFaceV2", "face", "AssetFaceV2");

        remove("SyncUserDeleteV1", "user", Map.of("id", "userId"), "UserDeleteV1");
        remove(
                "SyncUserMetadataDeleteV1",
                "user_metadata",
                Map.of("userId", "userId", "key", "key"),
                "UserMetadataDeleteV1");
        remove(
                "SyncPartnerDeleteV1",
                "partner",
                Map.of("sharedById", "sharedById", "sharedWithId", "sharedWithId"),
                "PartnerDeleteV1");
        remove(
                "SyncAssetDeleteV1",
                "asset",
                Map.of("id", "assetId"),
                "AssetDeleteV1",
                "PartnerAssetDeleteV1");
        remove("SyncAssetEditDeleteV1", "edit", Map.of("id", "editId"), "AssetEditDeleteV1");
        remove(
                "SyncAssetMetadataDeleteV1",
                "asset_metadata",
                Map.of("assetId", "assetId", "key", "key"),
                "AssetMetadataDeleteV1");
        remove("SyncAssetOcrDeleteV1", "ocr", Map.of("id", "id"), "AssetOcrDeleteV1");
        remove(
                "SyncStackDeleteV1",
                "stack",
                Map.of("id", "stackId"),
                "StackDeleteV1",
                "PartnerStackDeleteV1");
        remove("SyncAlbumDeleteV1", "album", Map.of("id", "albumId"), "AlbumDeleteV1");
        remove(
                "SyncAlbumUserDeleteV1",
                "album_user",
                Map.of("albumId", "albumId", "userId", "userId"),
                "AlbumUserDeleteV1");
        remove(
                "SyncAlbumToAssetDeleteV1",
                "album_asset",
                Map.of("albumId", "albumId", "assetId", "assetId"),
                "AlbumToAssetDeleteV1");
        remove("SyncMemoryDeleteV1", "memory", Map.of("id", "memoryId"), "MemoryDeleteV1");
        remove(
                "SyncMemoryAssetDeleteV1",
                "memory_asset",
                Map.of("memoryId", "memoryId", "assetId", "assetId"),
                "MemoryToAssetDeleteV1");
        remove("SyncPersonDeleteV1", "person", Map.of("id", "personId"), "PersonDeleteV1");
        remove("SyncAssetFaceDeleteV1", "face", Map.of("id", "assetFaceId"), "AssetFaceDeleteV1");
    }

    private static void keep(String schema, String table, String... types) {
        remove(schema, table, Map.of(), types);
    }

    private static void remove(
            String schema, String table, Map<String, String> keys, String... types) {
        for (var type : types) {
            ALL.put(type, new Entity(schema, table, keys));
        }
    }

    static Entity of(String type) {
        var entity = ALL.get(type);
        if (entity == null) {
            throw new AppBroke("a line of a type that this app did not ask for: " + type);
        }
        return entity;
    }

    /** The tables that hold what a server has said, in the order in which they can be filled. */
    static final List<String> TABLES =
            List.of(
                    "auth_user",
                    "user",
                    "user_metadata",
                    "partner",
                    "asset",
                    "exif",
                    "edit",
                    "asset_metadata",
                    "ocr",
                    "stack",
                    "album",
                    "album_user",
                    "album_asset",
                    "memory",
                    "memory_asset",
                    "person",
                    "face");
}
