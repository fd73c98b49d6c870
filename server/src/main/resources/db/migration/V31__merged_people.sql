-- Whom somebody became who was merged, as others of the cluster group still know them.
create table merged_identity (
    owner_id uuid not null references "user" on delete cascade,
    identity_id uuid not null,
    person_id uuid not null references person on delete cascade,
    primary key (owner_id, identity_id)
);
create index merged_identity_person_idx on merged_identity (person_id);

-- As whom a user's people are known in the cluster group.
create view person_identity as
select owner_id, identity_id, id as person_id, false as is_merged from person
union all
select owner_id, identity_id, person_id, true from merged_identity;

create or replace view known_person as
select mine.owner_id as viewer_id, mine.person_id, theirs.person_id as known_as
from person_identity mine
join "user" viewer on viewer.id = mine.owner_id
join "user" member on member.cluster_group_id = viewer.cluster_group_id
join person_identity theirs on theirs.owner_id = member.id and theirs.identity_id = mine.identity_id;
