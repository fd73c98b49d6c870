package app.keepsake.sync;

/**
 * What a line of each type says, named as on the wire: {@code a} is an asset, {@code e} its exif,
 * {@code x} any other row.
 */
final class Columns {

    private Columns() {}

    static final String USER =
            """
            x.id, x.name, x.email, x.avatar_color as "avatarColor",
            wire_time(x.deleted_at) as "deletedAt", x.profile_image_path <> '' as "hasProfileImage",
            wire_time(x.profile_changed_at) as "profileChangedAt"
            """;

    /**
     * Of the PIN only that there is one: its hash is of no use to a phone, and six digits are soon
     * tried.
     */
    static final String AUTH_USER =
            USER
                    + """
                    , x.is_admin as "isAdmin", case when x.pin_code is not null then 'set' end as "pinCode",
                    x.oauth_id as "oauthId", x.storage_label as "storageLabel",
                    x.quota_size_in_bytes as "quotaSizeInBytes",
                    x.quota_usage_in_bytes as "quotaUsageInBytes"
                    """;

    private static final String ASSET =
            """
            a.id, a.owner_id as "ownerId", a.original_file_name as "originalFileName",
            encode(a.thumbhash, 'base64') as thumbhash, encode(a.checksum, 'base64') as checksum,
            wire_time(a.created_at) as "createdAt", wire_time(a.file_created_at) as "fileCreatedAt",
            wire_time(a.file_modified_at) as "fileModifiedAt",
            wire_time(a.local_date_time) as "localDateTime", a.duration_ms as duration, a.type,
            wire_time(a.deleted_at) as "deletedAt", %s as "isFavorite", a.visibility,
            a.live_photo_video_id as "livePhotoVideoId", a.stack_id as "stackId",
            a.library_id as "libraryId", a.width, a.height, a.is_edited as "isEdited"
            """;

    static final String OWN_ASSET = ASSET.formatted("a.is_favorite");

    /** What someone likes is theirs alone. */
    static final String PARTNERS_ASSET = ASSET.formatted("false");

    static final String ALBUMS_ASSET = ASSET.formatted("a.is_favorite and a.owner_id = :me");

    static final String EXIF =
            """
            e.asset_id as "assetId", e.description, e.exif_image_width as "exifImageWidth",
            e.exif_image_height as "exifImageHeight", e.file_size_in_byte as "fileSizeInByte",
            e.orientation, wire_time(e.date_time_original) as "dateTimeOriginal",
            wire_time(e.modify_date) as "modifyDate", e.time_zone as "timeZone", e.latitude,
            e.longitude, e.projection_type as "projectionType", e.city, e.state, e.country, e.make,
            e.model, e.lens_model as "lensModel", e.f_number as "fNumber",
            e.focal_length as "focalLength", e.iso, e.exposure_time as "exposureTime",
            e.profile_description as "profileDescription", e.rating, e.fps
            """;

    static final String EDIT =
            """
            x.id, x.asset_id as "assetId", x.action, x.parameters, x.sequence
            """;

    static final String STACK =
            """
            x.id, wire_time(x.created_at) as "createdAt", wire_time(x.updated_at) as "updatedAt",
            x.primary_asset_id as "primaryAssetId", x.owner_id as "ownerId"
            """;

    /** A phone has the cover only if it is in the album. */
    static final String ALBUM =
            """
            x.id, x.album_name as name, x.description, wire_time(x.created_at) as "createdAt",
            wire_time(x.updated_at) as "updatedAt",
            (select asset_id from album_asset where album_id = x.id
                and asset_id = x.album_thumbnail_asset_id) as "thumbnailAssetId",
            x.is_activity_enabled as "isActivityEnabled", x."order"
            """;

    static final String ALBUM_WITH_OWNER =
            ALBUM
                    + """
                    , (select user_id from album_user where album_id = x.id and role = 'owner'
                        order by created_at, user_id limit 1) as "ownerId"
                    """;

    static final String ALBUM_USER =
            """
            x.album_id as "albumId", x.user_id as "userId", x.role
            """;

    static final String ALBUM_TO_ASSET =
            """
            x.album_id as "albumId", x.asset_id as "assetId"
            """;

    static final String OCR =
            """
            x.id, x.asset_id as "assetId", x.x1, x.y1, x.x2, x.y2, x.x3, x.y3, x.x4, x.y4,
            x.box_score as "boxScore", x.text_score as "textScore", x.text,
            x.is_visible as "isVisible"
            """;

    static final String MEMORY =
            """
            x.id, wire_time(x.created_at) as "createdAt", wire_time(x.updated_at) as "updatedAt",
            wire_time(x.deleted_at) as "deletedAt", x.owner_id as "ownerId", x.type, x.data,
            x.is_saved as "isSaved", wire_time(x.memory_at) as "memoryAt",
            wire_time(x.seen_at) as "seenAt", wire_time(x.show_at) as "showAt",
            wire_time(x.hide_at) as "hideAt"
            """;

    static final String PERSON =
            """
            x.id, wire_time(x.created_at) as "createdAt", wire_time(x.updated_at) as "updatedAt",
            x.owner_id as "ownerId", x.name, wire_time(x.birth_date::timestamp) as "birthDate",
            x.is_hidden as "isHidden", x.is_favorite as "isFavorite", x.color,
            x.face_asset_id as "faceAssetId"
            """;

    static final String FACE =
            """
            x.id, x.asset_id as "assetId", x.person_id as "personId",
            x.image_width as "imageWidth", x.image_height as "imageHeight",
            x.bounding_box_x1 as "boundingBoxX1", x.bounding_box_y1 as "boundingBoxY1",
            x.bounding_box_x2 as "boundingBoxX2", x.bounding_box_y2 as "boundingBoxY2",
            x.source_type as "sourceType", wire_time(x.deleted_at) as "deletedAt",
            x.is_visible as "isVisible"
            """;
}
