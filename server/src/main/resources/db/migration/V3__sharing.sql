-- Albums, partners, stacks, tags, memories, and what is said of an asset beside its metadata.

create table stack (
    id uuid primary key default gen_random_uuid(),
    owner_id uuid not null references "user" on delete cascade,
    primary_asset_id uuid not null unique references asset on delete cascade,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now()
);
create index stack_owner_idx on stack (owner_id);

alter table asset
    add stack_id uuid references stack on delete set null,
    add is_edited boolean not null default false;
create index asset_stack_idx on asset (stack_id) where stack_id is not null;

alter table asset_exif
    -- Columns that a person has set: reading the file again leaves them alone.
    add locked_properties text[] not null default '{}';

create table album (
    id uuid primary key default gen_random_uuid(),
    album_name text not null default 'Untitled Album',
    description text not null default '',
    album_thumbnail_asset_id uuid references asset on delete set null,
    is_activity_enabled boolean not null default true,
    "order" text not null default 'desc' check ("order" in ('asc', 'desc')),
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now()
);
create index album_thumbnail_idx on album (album_thumbnail_asset_id);

-- Who is in an album. The owner is in it too: without that row phones do not show the album.
create table album_user (
    album_id uuid not null references album on delete cascade,
    user_id uuid not null references "user" on delete cascade,
    role text not null default 'editor' check (role in ('owner', 'editor', 'viewer')),
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    primary key (album_id, user_id)
);
create index album_user_user_idx on album_user (user_id);

create table album_asset (
    album_id uuid not null references album on delete cascade,
    asset_id uuid not null references asset on delete cascade,
    created_at timestamptz not null default now(),
    primary key (album_id, asset_id)
);
create index album_asset_asset_idx on album_asset (asset_id);

create table partner (
    shared_by_id uuid not null references "user" on delete cascade,
    shared_with_id uuid not null references "user" on delete cascade,
    in_timeline boolean not null default false,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    primary key (shared_by_id, shared_with_id),
    check (shared_by_id <> shared_with_id)
);
create index partner_with_idx on partner (shared_with_id);

create table tag (
    id uuid primary key default gen_random_uuid(),
    user_id uuid not null references "user" on delete cascade,
    value text not null, -- the whole path, "Holidays/Rome"
    parent_id uuid references tag on delete cascade,
    color text,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    unique (user_id, value)
);
create index tag_parent_idx on tag (parent_id);

create table tag_asset (
    tag_id uuid not null references tag on delete cascade,
    asset_id uuid not null references asset on delete cascade,
    primary key (tag_id, asset_id)
);
create index tag_asset_asset_idx on tag_asset (asset_id);

create table memory (
    id uuid primary key default gen_random_uuid(),
    owner_id uuid not null references "user" on delete cascade,
    type text not null check (type in ('on_this_day')),
    data jsonb not null,
    memory_at timestamptz not null,
    is_saved boolean not null default false,
    seen_at timestamptz,
    show_at timestamptz,
    hide_at timestamptz,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    deleted_at timestamptz
);
create index memory_owner_idx on memory (owner_id);

create table memory_asset (
    memory_id uuid not null references memory on delete cascade,
    asset_id uuid not null references asset on delete cascade,
    primary key (memory_id, asset_id)
);
create index memory_asset_asset_idx on memory_asset (asset_id);

-- Crop, rotation and mirror images, applied in their order; the original stays as it is.
create table asset_edit (
    id uuid primary key default gen_random_uuid(),
    asset_id uuid not null references asset on delete cascade,
    action text not null check (action in ('crop', 'rotate', 'mirror')),
    parameters jsonb not null,
    sequence integer not null,
    unique (asset_id, sequence)
);

-- Text found in pictures: the four corners of its place, as fractions of the picture's size.
create table ocr (
    id uuid primary key default gen_random_uuid(),
    asset_id uuid not null references asset on delete cascade,
    x1 real not null,
    y1 real not null,
    x2 real not null,
    y2 real not null,
    x3 real not null,
    y3 real not null,
    x4 real not null,
    y4 real not null,
    box_score real not null,
    text_score real not null,
    text text not null,
    is_visible boolean not null default true
);
create index ocr_asset_idx on ocr (asset_id);

alter table person add face_asset_id uuid references asset_face on delete set null;

alter table asset_face
    add is_visible boolean not null default true,
    add updated_at timestamptz not null default now();

-- What a user has chosen: preferences (only what differs from the defaults), onboarding, license.
create table user_metadata (
    user_id uuid not null references "user" on delete cascade,
    key text not null check (key in ('preferences', 'onboarding', 'license')),
    value jsonb not null,
    primary key (user_id, key)
);

alter table "user" add pin_code text; -- bcrypt behind Spring's delegating encoder

alter table session
    add parent_id uuid references session on delete cascade, -- dies with the one that made it
    add expires_at timestamptz,
    add pin_expires_at timestamptz, -- until then locked assets are shown
    add is_pending_sync_reset boolean not null default false;
create index session_parent_idx on session (parent_id);

grant select on asset_edit to keepsake_worker;
