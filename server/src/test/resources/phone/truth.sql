-- What a phone of the user :me must have, by table of the phone. Written from the contract, without a
-- look at how the server builds its stream.

-- all tables: the assets that the user sees
with seen as (
    select id from asset where owner_id = :me
    union select a.id from asset a join partner p on p.shared_by_id = a.owner_id
        where p.shared_with_id = :me and (a.visibility = 'timeline'
            or a.visibility = 'hidden' and exists (select from asset still
                where still.live_photo_video_id = a.id and still.visibility = 'timeline'
                    and still.deleted_at is null))
    union select aa.asset_id from album_asset aa join album_user au using (album_id)
        where au.user_id = :me);

-- table auth_user
select id, name, email, is_admin as "isAdmin", oauth_id as "oauthId",
    -- only that there is one: a hash is of no use to a phone
    case when pin_code is not null then 'set' end as "pinCode",
    profile_image_path <> '' as "hasProfileImage",
    profile_changed_at as "profileChangedAt", avatar_color as "avatarColor",
    storage_label as "storageLabel", quota_size_in_bytes as "quotaSizeInBytes",
    quota_usage_in_bytes as "quotaUsageInBytes", deleted_at as "deletedAt"
from "user" where id = :me;

-- table user
select id, name, email, profile_image_path <> '' as "hasProfileImage",
    profile_changed_at as "profileChangedAt", avatar_color as "avatarColor",
    deleted_at as "deletedAt"
from "user";

-- table user_metadata
select user_id as "userId", key, value from user_metadata where user_id = :me;

-- table partner
select shared_by_id as "sharedById", shared_with_id as "sharedWithId",
    in_timeline as "inTimeline"
from partner where :me in (shared_by_id, shared_with_id);

-- table asset
select id, owner_id as "ownerId", encode(checksum, 'base64') as checksum,
    original_file_name as "originalFileName", type, visibility,
    is_favorite and owner_id = :me as "isFavorite", is_edited as "isEdited",
    file_created_at as "fileCreatedAt",
    file_modified_at as "fileModifiedAt",
    local_date_time at time zone 'UTC' as "localDateTime",
    created_at as "createdAt", deleted_at as "deletedAt",
    duration_ms as duration, width, height,
    encode(thumbhash, 'base64') as thumbhash,
    live_photo_video_id as "livePhotoVideoId", stack_id as "stackId",
    library_id as "libraryId"
from asset where id in (select id from seen);

-- table exif
select asset_id as "assetId", city, country, state,
    date_time_original as "dateTimeOriginal", modify_date as "modifyDate",
    time_zone as "timeZone", description, exif_image_height as "exifImageHeight",
    exif_image_width as "exifImageWidth", exposure_time as "exposureTime",
    f_number as "fNumber", file_size_in_byte as "fileSizeInByte",
    focal_length as "focalLength", fps, iso, latitude, longitude,
    lens_model as "lensModel", make, model, orientation,
    profile_description as "profileDescription",
    projection_type as "projectionType", rating
from asset_exif where asset_id in (select id from seen);

-- table edit
select id, asset_id as "assetId", action, parameters, sequence
from asset_edit where asset_id in (select id from asset where owner_id = :me);

-- table asset_metadata
select asset_id as "assetId", key, value
from asset_metadata where asset_id in (select id from asset where owner_id = :me);

-- table ocr
select id, asset_id as "assetId", x1, y1, x2, y2, x3, y3, x4, y4,
    box_score as "boxScore", text_score as "textScore", text,
    is_visible as "isVisible"
from ocr where asset_id in (select id from asset where owner_id = :me);

-- table stack
select id, owner_id as "ownerId", primary_asset_id as "primaryAssetId",
    created_at as "createdAt", updated_at as "updatedAt"
from stack where owner_id = :me
    or owner_id in (select shared_by_id from partner where shared_with_id = :me)
        and primary_asset_id in
            (select id from asset where visibility = 'timeline');

-- table album
select id, album_name as name, description,
    -- a picture that is not in the album would break the phone's foreign key
    (select asset_id from album_asset
        where album_id = id and asset_id = album_thumbnail_asset_id) as "thumbnailAssetId",
    is_activity_enabled as "isActivityEnabled", "order",
    created_at as "createdAt", updated_at as "updatedAt"
from album where id in (select album_id from album_user where user_id = :me);

-- table album_user
select album_id as "albumId", user_id as "userId", role
from album_user where album_id in (select album_id from album_user where user_id = :me);

-- table album_asset
select album_id as "albumId", asset_id as "assetId"
from album_asset where album_id in (select album_id from album_user where user_id = :me);

-- table memory
select id, owner_id as "ownerId", type, data, is_saved as "isSaved",
    memory_at as "memoryAt", seen_at as "seenAt", show_at as "showAt",
    hide_at as "hideAt", created_at as "createdAt",
    updated_at as "updatedAt", deleted_at as "deletedAt"
from memory where owner_id = :me;

-- table memory_asset
select memory_id as "memoryId", asset_id as "assetId"
from memory_asset join memory m on m.id = memory_id where m.owner_id = :me;

-- table person
select id, owner_id as "ownerId", name, face_asset_id as "faceAssetId",
    is_favorite as "isFavorite", is_hidden as "isHidden", color,
    birth_date::timestamp at time zone 'UTC' as "birthDate",
    created_at as "createdAt", updated_at as "updatedAt"
from person where owner_id = :me;

-- table face
select id, asset_id as "assetId", person_id as "personId",
    image_width as "imageWidth", image_height as "imageHeight",
    bounding_box_x1 as "boundingBoxX1", bounding_box_y1 as "boundingBoxY1",
    bounding_box_x2 as "boundingBoxX2", bounding_box_y2 as "boundingBoxY2",
    source_type as "sourceType", is_visible as "isVisible",
    deleted_at as "deletedAt"
from asset_face where asset_id in (select id from asset where owner_id = :me);
