-- Assets that look the same have one duplicate_id, which the worker writes.
grant update (duplicate_id) on asset to keepsake_worker;
create index asset_duplicate_idx on asset (owner_id, duplicate_id) where duplicate_id is not null;

-- When an asset was last compared with the others; again when its vector is newer.
alter table asset_job_status add duplicates_detected_at timestamptz;
