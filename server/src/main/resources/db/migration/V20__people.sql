-- When it was last asked whose an asset's faces are, and when the portraits that it lends were cut.
alter table asset_job_status add people_at timestamptz, add portraits_at timestamptz;
update asset_job_status s set people_at = faces_recognized_at
where not exists (select from asset_face f where f.asset_id = s.asset_id);
create index asset_job_status_people_idx on asset_job_status (asset_id)
    where people_at is null and faces_recognized_at is not null;

-- Whose it is was said by a person: grouping anew leaves it.
alter table asset_face add is_confirmed boolean not null default false;
create index asset_face_open_idx on asset_face (asset_id)
    where person_id is null and deleted_at is null and source_type = 'machine-learning';

-- Whose photo a face is on, so that those of one household can be looked through alone.
alter table face_search add owner_id uuid references "user" on delete cascade;
update face_search s set owner_id = a.owner_id
from asset_face f join asset a on a.id = f.asset_id where f.id = s.face_id;
alter table face_search alter owner_id set not null;
create index face_search_owner_idx on face_search (owner_id);
create function name_owner_of_face() returns trigger language plpgsql
    set search_path = public, pg_temp as $$
begin
    new.owner_id := (select a.owner_id from asset_face f join asset a on a.id = f.asset_id
        where f.id = new.face_id);
    return new;
end $$;
create trigger face_search_owner before insert on face_search
    for each row execute function name_owner_of_face();

-- Faces that too few others resemble so far: asked once more when the others have been.
create table deferred_face (
    face_id uuid primary key references asset_face on delete cascade,
    owner_id uuid not null references "user" on delete cascade
);
create index deferred_face_owner_idx on deferred_face (owner_id, face_id);

grant update (thumbnail_path, updated_at) on person to keepsake_worker;

-- Households that share one grouping of faces have a row each for the same human being.
alter table person add identity_id uuid not null default gen_random_uuid();
create unique index person_identity_key on person (owner_id, identity_id);
create index user_cluster_group_idx on "user" (cluster_group_id);
