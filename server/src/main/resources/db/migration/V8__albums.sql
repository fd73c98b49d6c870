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
