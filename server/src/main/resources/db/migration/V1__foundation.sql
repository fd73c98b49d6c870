-- The first schema. Names are Immich's where Immich has the same thing.
-- The extension "vector" and the role keepsake_worker are made with the cluster (scripts/services,
-- docker-compose.yml): the server's own role is no superuser.

create table "user" (
    id uuid primary key default gen_random_uuid(),
    email text not null unique check (email = lower(email)),
    name text not null,
    password text not null default '', -- bcrypt behind Spring's delegating encoder; '' = none
    is_admin boolean not null default false,
    should_change_password boolean not null default false,
    avatar_color text not null,
    profile_image_path text not null default '',
    profile_changed_at timestamptz not null default now(),
    storage_label text unique,
    oauth_id text not null default '',
    quota_size_in_bytes bigint check (quota_size_in_bytes >= 0),
    quota_usage_in_bytes bigint not null default 0,
    status text not null default 'active' check (status in ('active', 'removing', 'deleted')),
    cluster_group_id uuid not null default gen_random_uuid(),
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    deleted_at timestamptz
);

create table session (
    id uuid primary key default gen_random_uuid(),
    user_id uuid not null references "user" on delete cascade,
    token bytea not null unique, -- SHA-256; the token itself is never stored
    device_type text not null default '',
    device_os text not null default '',
    app_version text,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now()
);
create index session_user_idx on session (user_id);

create table api_key (
    id uuid primary key default gen_random_uuid(),
    user_id uuid not null references "user" on delete cascade,
    name text not null,
    key bytea not null unique, -- SHA-256
    permissions text[] not null check (cardinality(permissions) > 0),
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now()
);
create index api_key_user_idx on api_key (user_id);

-- Failed logins by account and by address, so that guessing is slow whichever server is asked.
create table login_failure (
    subject text primary key, -- 'account:' and a hash of the e-mail, or 'address:' and the network
    failures integer not null,
    last_at timestamptz not null
);

create table asset (
    id uuid primary key default gen_random_uuid(),
    owner_id uuid not null references "user" on delete cascade,
    library_id uuid,
    type text not null check (type in ('IMAGE', 'VIDEO', 'AUDIO', 'OTHER')),
    original_path text not null unique, -- relative to the library folder
    original_file_name text not null,
    sidecar_path text,
    checksum bytea not null check (octet_length(checksum) = 20), -- SHA-1 of the original
    size_in_bytes bigint not null check (size_in_bytes > 0), -- as acknowledged (I1)
    file_created_at timestamptz not null,
    file_modified_at timestamptz not null,
    local_date_time timestamp not null, -- wall clock where the photo was taken
    duration_ms integer,
    width integer,
    height integer,
    thumbhash bytea,
    is_favorite boolean not null default false,
    is_offline boolean not null default false,
    is_external boolean not null default false,
    visibility text not null default 'timeline'
        check (visibility in ('timeline', 'archive', 'hidden', 'locked')),
    status text not null default 'active' check (status in ('active', 'trashed', 'deleted')),
    live_photo_video_id uuid references asset on delete set null,
    duplicate_id uuid,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    deleted_at timestamptz
);
-- A checksum is an identity: one asset an owner, also when two uploads arrive at once (I1).
create unique index asset_owner_checksum_key on asset (owner_id, checksum) where library_id is null;
create unique index asset_library_checksum_key on asset (owner_id, library_id, checksum)
    where library_id is not null;
-- Serves timeline/buckets (from the index alone) and timeline/bucket.
create index asset_timeline_idx on asset (owner_id, local_date_time desc) include (visibility)
    where deleted_at is null;
-- Serves search/metadata, newest first.
create index asset_taken_idx on asset (owner_id, file_created_at desc, id desc);
create index asset_trash_idx on asset (owner_id, deleted_at) where deleted_at is not null;
create index asset_live_photo_idx on asset (live_photo_video_id)
    where live_photo_video_id is not null;

create table asset_exif (
    asset_id uuid primary key references asset on delete cascade,
    make text,
    model text,
    lens_model text,
    f_number double precision,
    focal_length double precision,
    iso integer,
    exposure_time text,
    fps double precision,
    exif_image_width integer,
    exif_image_height integer,
    file_size_in_byte bigint,
    orientation text,
    date_time_original timestamptz,
    modify_date timestamptz,
    time_zone text,
    latitude double precision,
    longitude double precision,
    city text,
    state text,
    country text,
    description text not null default '',
    projection_type text,
    profile_description text,
    color_space text,
    bits_per_sample integer,
    rating integer check (rating between 1 and 5),
    auto_stack_id text,
    live_photo_cid text,
    tags text[],
    updated_at timestamptz not null default now()
);

-- Files that Keepsake made from an original. The worker writes here.
create table asset_file (
    id uuid primary key default gen_random_uuid(),
    asset_id uuid not null references asset on delete cascade,
    type text not null check (type in ('thumbnail', 'preview', 'fullsize', 'encoded_video')),
    path text not null, -- relative to the library folder
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    unique (asset_id, type)
);

-- What clients attach to an asset (upload field "metadata").
create table asset_metadata (
    asset_id uuid not null references asset on delete cascade,
    key text not null,
    value jsonb not null,
    updated_at timestamptz not null default now(),
    primary key (asset_id, key)
);

-- When each derivation last succeeded. Null = missing: the reconciler queues it (I3).
create table asset_job_status (
    asset_id uuid primary key references asset on delete cascade,
    metadata_extracted_at timestamptz,
    thumbnails_at timestamptz,
    smart_search_at timestamptz,
    faces_recognized_at timestamptz
);

create table person (
    id uuid primary key default gen_random_uuid(),
    owner_id uuid not null references "user" on delete cascade,
    name text not null default '',
    birth_date date,
    is_hidden boolean not null default false,
    is_favorite boolean not null default false,
    color text,
    thumbnail_path text not null default '',
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now()
);

-- Coordinates are pixels of the preview, whose size stands beside them; they may lie outside it.
create table asset_face (
    id uuid primary key default gen_random_uuid(),
    asset_id uuid not null references asset on delete cascade,
    person_id uuid references person on delete set null,
    image_width integer not null,
    image_height integer not null,
    bounding_box_x1 integer not null,
    bounding_box_y1 integer not null,
    bounding_box_x2 integer not null,
    bounding_box_y2 integer not null,
    source_type text not null default 'machine-learning'
        check (source_type in ('machine-learning', 'exif', 'manual')),
    created_at timestamptz not null default now(),
    deleted_at timestamptz
);
create index asset_face_asset_idx on asset_face (asset_id);
create index asset_face_person_idx on asset_face (person_id);

create table face_search (
    face_id uuid primary key references asset_face on delete cascade,
    embedding halfvec(512) not null
);
create index face_search_embedding_idx on face_search
    using hnsw (embedding halfvec_cosine_ops) with (m = 16, ef_construction = 64);

create table smart_search (
    asset_id uuid primary key references asset on delete cascade,
    model text not null,
    embedding halfvec(512) not null
);
create index smart_search_embedding_idx on smart_search
    using hnsw (embedding halfvec_cosine_ops) with (m = 16, ef_construction = 64);

create table system_metadata (
    key text primary key,
    value jsonb not null
);

-- Jobs: what Redis must not be trusted with (I3).
create table job_queue (
    name text primary key,
    is_paused boolean not null default false,
    concurrency integer not null default 1 check (concurrency > 0)
);
insert into job_queue (name, concurrency) values ('metadataExtraction', 2), ('thumbnailGeneration', 2);

-- One row for a job that has failed at least once, or was in flight when its worker died.
create table job_attempt (
    kind text not null,
    subject_id uuid not null,
    queue text not null,
    attempts integer not null default 0,
    crashes integer not null default 0, -- 1 = in flight when its process died; more = alone, too
    alone_since timestamptz, -- set = running with nothing beside it
    last_error text,
    last_at timestamptz not null default now(),
    failed_at timestamptz, -- set = given up, until someone retries it
    primary key (kind, subject_id)
);
create index job_attempt_failed_idx on job_attempt (queue, failed_at) where failed_at is not null;

-- Work that an admin threw away ("empty"): the reconciler leaves it alone.
create table job_emptied (
    kind text not null,
    subject_id uuid not null,
    primary key (kind, subject_id)
);

-- A re-run over a whole library, as a cursor: at most 1,000 of it are in Redis at a time.
create table job_bulk_run (
    id uuid primary key default gen_random_uuid(),
    kind text not null,
    force boolean not null,
    cursor_id uuid, -- the last asset id that was queued
    total bigint not null,
    remaining bigint not null,
    created_at timestamptz not null default now(),
    finished_at timestamptz
);
create unique index job_bulk_run_open_key on job_bulk_run (kind) where finished_at is null;

-- The worker sees what it must read and writes only what it makes.
grant usage on schema public to keepsake_worker;
grant select on asset, asset_exif, person, job_queue, job_attempt, job_emptied, job_bulk_run,
    asset_job_status, asset_file, asset_face, face_search, smart_search to keepsake_worker;
grant update (thumbhash, width, height, duration_ms, updated_at) on asset to keepsake_worker;
grant insert, update, delete on asset_file, asset_face, face_search, smart_search, asset_job_status,
    job_attempt to keepsake_worker;
