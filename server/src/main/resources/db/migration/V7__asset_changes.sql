-- What deletes assets, links live photos and keeps edited pictures.

-- Files of assets that are gone. They are named here in the transaction that removes the last row
-- that names them, and removed from the disk after it.
create table discarded_file (
    path text primary key, -- relative to the library folder
    since timestamptz not null default now()
);
-- No file is removed that a row names, whatever stands above.
create index asset_file_path_idx on asset_file (path);
create index asset_sidecar_idx on asset (sidecar_path) where sidecar_path is not null;

-- Trashes that their owners have emptied, while it is being done.
create table emptied_trash (
    owner_id uuid primary key references "user" on delete cascade,
    until timestamptz not null -- what was thrown away later stays
);

-- A face that is deleted is looked for here.
create index person_face_idx on person (face_asset_id) where face_asset_id is not null;

-- The still and the film of a live photo share it.
create index asset_exif_live_photo_idx on asset_exif (live_photo_cid)
    where live_photo_cid is not null;

-- Pictures that show an asset's edits stand beside those of its original.
alter table asset_file drop constraint asset_file_type_check;
alter table asset_file add constraint asset_file_type_check check (type in
    ('thumbnail', 'preview', 'fullsize', 'encoded_video', 'edited_thumbnail', 'edited_preview'));

-- Null = the pictures do not show the edits as they are now.
alter table asset_job_status add edits_at timestamptz default now();

grant insert on discarded_file to keepsake_worker;
