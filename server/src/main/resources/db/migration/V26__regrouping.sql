-- Whose faces are to be asked again whose they are, until that is prepared: asset_job_status has it then.
create table regrouping (
    owner_id uuid primary key references "user" on delete cascade,
    wish_id uuid not null default gen_random_uuid(), -- another one each time that it is wanted
    forgets boolean not null, -- all found faces are to become strangers first
    asks boolean not null default true -- no more: somebody emptied the queue meanwhile
);
