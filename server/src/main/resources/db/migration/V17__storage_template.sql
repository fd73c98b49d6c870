-- The metadata_extracted_at by which an original was last put where the storage template wants it.
alter table asset_job_status add storage_template_at timestamptz;

-- The name that an original is about to get, while both names may be on the disk. Nobody else gets it.
create table asset_move (
    asset_id uuid primary key references asset on delete cascade,
    path text not null unique -- relative to the library folder; a sidecar's is the same and ".xmp"
);

-- Names that were given up are kept for a moment, for those who have just looked them up.
alter table discarded_file add remove_after timestamptz not null default now();
create index discarded_file_due_idx on discarded_file (remove_after);
