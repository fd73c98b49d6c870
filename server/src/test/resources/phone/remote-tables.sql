-- What the app keeps of the server: its tables, foreign keys and unique indexes. Columns have the
-- names of the fields that fill them; times are milliseconds of the epoch, objects are JSON text.

create table auth_user (
    id text primary key,
    name text not null,
    email text not null,
    isAdmin integer not null,
    oauthId text not null,
    pinCode text,
    hasProfileImage integer not null,
    profileChangedAt integer not null,
    avatarColor text,
    storageLabel text,
    quotaSizeInBytes integer,
    quotaUsageInBytes integer not null,
    deletedAt integer
);

create table user (
    id text primary key,
    name text not null,
    email text not null,
    hasProfileImage integer not null,
    profileChangedAt integer not null,
    avatarColor text,
    deletedAt integer
);

create table user_metadata (
    userId text not null references user on delete cascade,
    key text not null,
    value text not null,
    primary key (userId, key)
);

create table partner (
    sharedById text not null references user on delete cascade,
    sharedWithId text not null references user on delete cascade,
    inTimeline integer not null,
    primary key (sharedById, sharedWithId)
);

create table asset (
    id text primary key,
    ownerId text not null references user on delete cascade,
    checksum text not null,
    originalFileName text not null,
    type text not null,
    visibility text not null,
    isFavorite integer not null,
    isEdited integer not null,
    fileCreatedAt integer,
    fileModifiedAt integer,
    localDateTime integer,
    createdAt integer,
    deletedAt integer,
    duration integer,
    width integer,
    height integer,
    thumbhash text,
    livePhotoVideoId text,
    stackId text,
    libraryId text
);
create unique index asset_owner_checksum on asset (ownerId, checksum) where libraryId is null;
create unique index asset_owner_library_checksum on asset (ownerId, libraryId, checksum)
    where libraryId is not null;

create table exif (
    assetId text primary key references asset on delete cascade,
    city text,
    country text,
    state text,
    dateTimeOriginal integer,
    modifyDate integer,
    timeZone text,
    description text,
    exifImageHeight integer,
    exifImageWidth integer,
    exposureTime text,
    fNumber real,
    fileSizeInByte integer,
    focalLength real,
    fps real,
    iso integer,
    latitude real,
    longitude real,
    lensModel text,
    make text,
    model text,
    orientation text,
    profileDescription text,
    projectionType text,
    rating integer
);

create table edit (
    id text primary key,
    assetId text not null references asset on delete cascade,
    action text not null,
    parameters text not null,
    sequence integer not null
);

create table asset_metadata (
    assetId text not null references asset on delete cascade,
    key text not null,
    value text not null,
    primary key (assetId, key)
);

create table ocr (
    id text primary key,
    assetId text not null references asset on delete cascade,
    x1 real not null,
    y1 real not null,
    x2 real not null,
    y2 real not null,
    x3 real not null,
    y3 real not null,
    x4 real not null,
    y4 real not null,
    boxScore real not null,
    textScore real not null,
    text text not null,
    isVisible integer not null
);

create table stack (
    id text primary key,
    ownerId text not null references user on delete cascade,
    primaryAssetId text not null,
    createdAt integer not null,
    updatedAt integer not null
);

create table album (
    id text primary key,
    name text not null,
    description text not null,
    thumbnailAssetId text references asset on delete set null,
    isActivityEnabled integer not null,
    "order" text not null,
    createdAt integer not null,
    updatedAt integer not null
);

create table album_user (
    albumId text not null references album on delete cascade,
    userId text not null references user on delete cascade,
    role text not null,
    primary key (albumId, userId)
);

create table album_asset (
    albumId text not null references album on delete cascade,
    assetId text not null references asset on delete cascade,
    primary key (albumId, assetId)
);

create table memory (
    id text primary key,
    ownerId text not null references user on delete cascade,
    type text not null,
    data text not null,
    isSaved integer not null,
    memoryAt integer not null,
    seenAt integer,
    showAt integer,
    hideAt integer,
    createdAt integer not null,
    updatedAt integer not null,
    deletedAt integer
);

create table memory_asset (
    memoryId text not null references memory on delete cascade,
    assetId text not null references asset on delete cascade,
    primary key (memoryId, assetId)
);

create table person (
    id text primary key,
    ownerId text not null references user on delete cascade,
    name text not null,
    faceAssetId text,
    isFavorite integer not null,
    isHidden integer not null,
    color text,
    birthDate integer,
    createdAt integer not null,
    updatedAt integer not null
);

create table face (
    id text primary key,
    assetId text not null references asset on delete cascade,
    personId text references person on delete set null,
    imageWidth integer not null,
    imageHeight integer not null,
    boundingBoxX1 integer not null,
    boundingBoxY1 integer not null,
    boundingBoxX2 integer not null,
    boundingBoxY2 integer not null,
    sourceType text not null,
    isVisible integer not null,
    deletedAt integer
);
