-- Text on pictures: read by the worker, found by words.
create extension if not exists pg_trgm;

-- The words of a line, as SearchWords makes them.
alter table ocr add words text not null default '';
create index ocr_words_idx on ocr using gin (words gin_trgm_ops);
grant select, insert, update, delete on ocr to keepsake_worker;

-- The settings by which an asset's text was read; null while it is to be read.
alter table asset_job_status add ocr_with jsonb;

-- Whether a place, as fractions of an upright picture, is in what its crop has left.
create function is_left_by_crop(cropped_id uuid, x float8, y float8) returns boolean
    language sql stable as $$
    select coalesce(bool_and(
        x * width between left_side and left_side + crop_width
        and y * height between top_side and top_side + crop_height), true)
    from (
        select (parameters ->> 'x')::float8 as left_side, (parameters ->> 'y')::float8 as top_side,
            (parameters ->> 'width')::float8 as crop_width,
            (parameters ->> 'height')::float8 as crop_height,
            -- An edited asset is as large as its edits leave it.
            case when orientation >= '5' then exif_image_height else exif_image_width end as width,
            case when orientation >= '5' then exif_image_width else exif_image_height end as height
        from asset_edit e join asset_exif x on x.asset_id = e.asset_id
        where e.asset_id = cropped_id and e.action = 'crop'
    ) crop
$$;
