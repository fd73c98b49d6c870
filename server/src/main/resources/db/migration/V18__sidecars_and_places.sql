-- When what a person said of an asset was last written beside it; null while it is to be written.
alter table asset_job_status add sidecar_at timestamptz default now();
update asset_job_status set sidecar_at = null
where asset_id in (select asset_id from asset_exif where locked_properties
    && '{dateTimeOriginal,description,latitude,longitude,rating,tags}');

-- Read again: what has a position, for its place and time zone, and what exiftool reads from now on.
update asset_job_status set metadata_extracted_at = null
where asset_id in (
    select id from asset left join asset_exif on asset_id = id
    where latitude is not null or type = 'VIDEO'
        or lower(original_file_name) !~ '\.(jpe?g|png|gif|webp|bmp|hei[cf])$');
