-- Assets of which their owner has said that they are no duplicates of each other: all of one dismissal.
create table dismissed_duplicate (
    asset_id uuid not null references asset on delete cascade,
    dismissal_id uuid not null,
    primary key (asset_id, dismissal_id)
);
create index dismissed_duplicate_dismissal_idx on dismissed_duplicate (dismissal_id);
grant select on dismissed_duplicate to keepsake_worker;
