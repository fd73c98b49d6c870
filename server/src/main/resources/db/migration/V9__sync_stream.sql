-- What the sync stream needs beside V4.

-- The number of the session's latest stream. Acks of an earlier one are dropped: a phone that was reset,
-- or has begun anew, must not be given back old marks by a request that was still on its way.
alter table session add sync_stream bigint not null default 0;

-- As JavaScript writes a date: always three digits, always Z.
create function wire_time(instant timestamptz) returns text
    language sql stable
    return to_char(instant at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"');

-- A wall clock, written as if it were UTC.
create function wire_time(wall_clock timestamp) returns text
    language sql stable
    return to_char(wall_clock, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"');

-- A stack is seen by a partner as its first asset is. Both ways out of view write a removal; the stream
-- leaves it out while the stack is seen.
create or replace function move_in_partners_view() returns trigger language plpgsql
    security definer set search_path = public, pg_temp as $$
begin
    if new.visibility in ('timeline', 'hidden') then
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

create function record_former_stack() returns trigger language plpgsql
    security definer set search_path = public, pg_temp as $$
begin
    insert into removal (kind, scope_id, subject_id) values ('partner_stack', new.owner_id, new.id);
    return null;
end $$;
create trigger stack_led_by_another after update of primary_asset_id on stack
    for each row when (old.primary_asset_id <> new.primary_asset_id)
    execute function record_former_stack();

-- A locked asset is in no album, whoever is quicker: the two triggers wait for each other at the asset.
create function leave_albums() returns trigger language plpgsql
    security definer set search_path = public, pg_temp as $$
begin
    delete from album_asset where asset_id = new.id;
    return null;
end $$;
create trigger asset_locked after update of visibility on asset
    for each row when (new.visibility = 'locked' and old.visibility <> 'locked')
    execute function leave_albums();

create function keep_locked_out() returns trigger language plpgsql
    security definer set search_path = public, pg_temp as $$
begin
    if (select visibility = 'locked' from asset where id = new.asset_id for share) then
        return null;
    end if;
    return new;
end $$;
create trigger album_asset_allowed before insert on album_asset
    for each row execute function keep_locked_out();
