-- Null = it is not known whether a film plays everywhere as it is, or the film that does is not made.
alter table asset_job_status add encoded_video_at timestamptz;

-- Null = the photo holds a film that was not taken out, or nobody has looked: so are those that are here.
alter table asset_job_status add motion_photo_at timestamptz default now();
update asset_job_status set motion_photo_at = null
where asset_id in (select id from asset where type = 'IMAGE' and live_photo_video_id is null);

-- Whether the original was taken out of a photo's file, where it still is.
alter table asset add is_embedded boolean not null default false;

-- Of films whose metadata the server cannot read.
grant update (fps, updated_at) on asset_exif to keepsake_worker;
