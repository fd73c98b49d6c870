-- An album's cover is one of its assets that all its members can see, or none: phones keep it as a
-- foreign key, and browsers would show a hole. An album lives as long as it has an owner.

create function album_cover(album_id uuid) returns uuid language sql stable
    set search_path = public, pg_temp as $$
    select a.id from album_asset aa join asset a on a.id = aa.asset_id
    where aa.album_id = $1 and a.deleted_at is null and a.visibility in ('timeline', 'archive')
    order by a.local_date_time desc, a.id
    limit 1
$$;

create function replace_missing_covers() returns trigger language plpgsql
    security definer set search_path = public, pg_temp as $$
begin
    -- One who chooses an asset waits for one who takes it out, and the other way round.
    perform from album where id in (select album_id from gone) order by id for no key update;
    update album set album_thumbnail_asset_id = album_cover(id)
    where id in (select album_id from gone)
        and not exists (
            select from album_asset aa
            where aa.album_id = id and aa.asset_id = album_thumbnail_asset_id);
    return null;
end $$;
create trigger album_asset_left after delete on album_asset
    referencing old table as gone
    for each statement execute function replace_missing_covers();

create function change_covers() returns trigger language plpgsql
    security definer set search_path = public, pg_temp as $$
begin
    if new.deleted_at is null and new.visibility in ('timeline', 'archive') then
        update album set album_thumbnail_asset_id = new.id
        where album_thumbnail_asset_id is null
            and id in (select album_id from album_asset where asset_id = new.id);
    else
        update album set album_thumbnail_asset_id = album_cover(id)
        where album_thumbnail_asset_id = new.id;
    end if;
    return null;
end $$;
create trigger asset_shown after update of deleted_at, visibility on asset
    for each row when (
        (old.deleted_at is null and old.visibility in ('timeline', 'archive'))
            <> (new.deleted_at is null and new.visibility in ('timeline', 'archive')))
    execute function change_covers();

create function delete_ownerless_albums() returns trigger language plpgsql
    security definer set search_path = public, pg_temp as $$
begin
    delete from album
    where id in (select album_id from gone)
        and not exists (select from album_user where album_id = id and role = 'owner');
    return null;
end $$;
create trigger album_user_left after delete on album_user
    referencing old table as gone
    for each statement execute function delete_ownerless_albums();

-- Tags in files that were read before there were tags.
with level as (
    select distinct a.owner_id, array_to_string(part[1:n], '/') as value
    from asset a join asset_exif e on e.asset_id = a.id
    cross join unnest(e.tags) as tag
    cross join lateral (select string_to_array(tag, '/') as part) parts
    cross join lateral generate_series(1, cardinality(part)) n
    where length(tag) <= 500 and tag ~ '^[^/]+(/[^/]+)*$')
insert into tag (user_id, value) select owner_id, value from level;
update tag set parent_id = above.id
from tag above
where above.user_id = tag.user_id and above.value = regexp_replace(tag.value, '/[^/]*$', '')
    and above.id <> tag.id;
insert into tag_asset (tag_id, asset_id)
select distinct t.id, a.id
from asset a join asset_exif e on e.asset_id = a.id
join tag t on t.user_id = a.owner_id and t.value = any(e.tags);
