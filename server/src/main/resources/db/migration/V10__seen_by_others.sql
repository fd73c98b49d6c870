-- Who sees an asset: what its visibility says, but of a film that is hidden behind stills what these
-- say. It is "timeline" while one of them is seen there, "locked" when all are locked, and "hidden",
-- its owner's alone, otherwise: also while no still has it (yet).
alter table asset add shown_as text not null default 'timeline'
    check (shown_as in ('timeline', 'archive', 'hidden', 'locked'));
update asset set shown_as = visibility where visibility in ('archive', 'locked');
alter table asset alter shown_as drop default;

create function shown_behind_stills(film_id uuid) returns text language sql stable
    set search_path = public, pg_temp as $$
    select case
        when bool_or(visibility = 'timeline' and deleted_at is null) then 'timeline'
        when bool_and(visibility = 'locked') then 'locked'
        else 'hidden' end
    from asset where live_photo_video_id = film_id
$$;

create function set_shown_as() returns trigger language plpgsql
    security definer set search_path = public, pg_temp as $$
begin
    new.shown_as := case when new.visibility = 'hidden' then shown_behind_stills(new.id)
        else new.visibility end;
    return new;
end $$;
create trigger asset_shown_as before insert or update of visibility on asset
    for each row execute function set_shown_as();

create function show_film_as_stills() returns trigger language plpgsql
    security definer set search_path = public, pg_temp as $$
declare
    films uuid[] := array[old.live_photo_video_id, new.live_photo_video_id];
begin
    -- Two stills of one film wait for each other here; the second sees what the first became.
    perform from asset where id = any(films) order by id for no key update;
    update asset set shown_as = shown_behind_stills(id)
    where id = any(films) and visibility = 'hidden' and shown_as <> shown_behind_stills(id);
    return null;
end $$;
create trigger still_added after insert on asset
    for each row when (new.live_photo_video_id is not null)
    execute function show_film_as_stills();
create trigger still_changed after update on asset
    for each row when (coalesce(old.live_photo_video_id, new.live_photo_video_id) is not null
        and (old.visibility, old.deleted_at, old.live_photo_video_id)
            is distinct from (new.visibility, new.deleted_at, new.live_photo_video_id))
    execute function show_film_as_stills();
create trigger still_removed after delete on asset
    for each row when (old.live_photo_video_id is not null)
    execute function show_film_as_stills();

-- A partner sees what is shown in the timeline. As in V9 otherwise. (Without "update of": that a
-- trigger has changed a column does not count there.)
create or replace function move_in_partners_view() returns trigger language plpgsql
    security definer set search_path = public, pg_temp as $$
begin
    if new.shown_as = 'timeline' then
        update asset_exif set sync_position = sync_position + 1 where asset_id = new.id;
        update stack set sync_position = sync_position + 1 where primary_asset_id = new.id;
    else
        insert into removal (kind, scope_id, subject_id)
            values ('partner_asset', new.owner_id, new.id);
        insert into removal (kind, scope_id, subject_id)
            select 'partner_stack', owner_id, id from stack where primary_asset_id = new.id;
    end if;
    return null;
end $$;
drop trigger asset_moved on asset;
create trigger asset_moved after update on asset
    for each row when ((old.shown_as = 'timeline') <> (new.shown_as = 'timeline'))
    execute function move_in_partners_view();

-- What is locked is in no album, films behind locked stills too. Albums are taken by their ids, and
-- before what is in them, as by all who write both.
create or replace function leave_albums() returns trigger language plpgsql
    security definer set search_path = public, pg_temp as $$
begin
    perform from album where id in (select album_id from album_asset where asset_id = new.id)
    order by id for no key update;
    delete from album_asset where asset_id = new.id;
    return null;
end $$;
drop trigger asset_locked on asset;
create trigger asset_locked after update on asset
    for each row when (new.shown_as = 'locked' and old.shown_as <> 'locked')
    execute function leave_albums();

create or replace function keep_locked_out() returns trigger language plpgsql
    security definer set search_path = public, pg_temp as $$
begin
    if (select shown_as = 'locked' from asset where id = new.asset_id for share) then
        return null;
    end if;
    return new;
end $$;

-- A deleted account's photos are nobody's until it is restored. Its partners are told as if it had left
-- them, and as if it came anew; that they are partners stays.
create function hide_from_partners() returns trigger language plpgsql
    security definer set search_path = public, pg_temp as $$
begin
    if new.deleted_at is null then
        update partner set create_id = time_ordered_uuid(), create_position = sync_position_of(
            (select epoch from sync_epoch), pg_current_xact_id()::text::bigint)
        where shared_by_id = new.id;
    else
        insert into removal (kind, scope_id, subject_id, other_id)
            select 'partner', shared_with_id, shared_by_id, shared_with_id
            from partner where shared_by_id = new.id;
    end if;
    return null;
end $$;
create trigger user_hidden after update on "user"
    for each row when ((old.deleted_at is null) <> (new.deleted_at is null))
    execute function hide_from_partners();

-- The films that are here already leave the views that their stills are not in.
update asset set visibility = visibility where visibility = 'hidden';
