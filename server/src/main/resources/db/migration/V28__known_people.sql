-- Under whose rows a viewer's people are known in the viewer's cluster group: the viewer's own, and the
-- others' for the same human being.
create view known_person as
select mine.owner_id as viewer_id, mine.id as person_id, theirs.id as known_as
from person mine
join "user" viewer on viewer.id = mine.owner_id
join "user" member on member.cluster_group_id = viewer.cluster_group_id
join person theirs on theirs.owner_id = member.id and theirs.identity_id = mine.identity_id;
