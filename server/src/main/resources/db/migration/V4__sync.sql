-- What phones have been told, and what they must still be told (I5, docs/design.md "Sync").
--
-- A row's place in the order of changes is (sync_position, update_id). The position is that of the
-- transaction that last wrote the row: the epoch in the upper 16 bits, the transaction id in the lower
-- 48. All transactions below pg_snapshot_xmin are finished, so what lies below that "horizon" never
-- gets company; a time or a sequence could be overtaken by a commit that comes late.

-- A restored database has other transaction ids, so it gets a new epoch, above all positions that were
-- ever handed out. The identity tells a restored database from the one that wrote this row.
create table sync_epoch (
    only_one boolean primary key default true check (only_one),
    epoch integer not null check (epoch between 0 and 32767),
    identity text not null -- '' = not looked at yet
);
insert into sync_epoch (epoch, identity) values (1, '');

create function sync_position_of(epoch integer, xid bigint) returns bigint
    language sql immutable return (epoch::bigint << 48) | xid;

-- All changes below are settled: each transaction that could still add one lies at or above.
create function sync_horizon() returns bigint
    language sql stable return sync_position_of(
        (select epoch from sync_epoch),
        pg_snapshot_xmin(pg_current_snapshot())::text::bigint);

-- RFC 9562, section 5.7: 48 bits of milliseconds, then random ones.
create function time_ordered_uuid() returns uuid
    language sql volatile return encode(
        set_bit(set_bit(
            overlay(uuid_send(gen_random_uuid())
                placing substring(int8send((extract(epoch from clock_timestamp()) * 1000)::bigint) from 3)
                from 1 for 6),
            52, 1), 53, 1), 'hex')::uuid;

create function mark_changed() returns trigger language plpgsql
    security definer set search_path = public, pg_temp as $$
begin
    new.sync_position := sync_position_of(
        (select epoch from sync_epoch), pg_current_xact_id()::text::bigint);
    new.update_id := time_ordered_uuid();
    return new;
end $$;

-- As mark_changed, and when the row came to be: what someone was given access to must be sent whole.
create function mark_created() returns trigger language plpgsql
    security definer set search_path = public, pg_temp as $$
begin
    new.create_position := sync_position_of(
        (select epoch from sync_epoch), pg_current_xact_id()::text::bigint);
    new.create_id := time_ordered_uuid();
    return new;
end $$;

-- What is gone. The scope is who is told: an owner, an album's members, the user who left it.
create table removal (
    kind text not null,
    scope_id uuid, -- null = everyone
    subject_id uuid not null,
    other_id uuid, -- the second half of a row of two ids
    key text, -- the second half of a row of an id and a name
    removed_at timestamptz not null default clock_timestamp(),
    sync_position bigint not null,
    update_id uuid not null
);
create trigger removal_changed before insert on removal
    for each row execute function mark_changed();
create index removal_order_idx on removal (kind, scope_id, sync_position, update_id);
create index removal_age_idx on removal (removed_at);

-- Where each session (a phone) stands, by type of line.
create table session_sync_checkpoint (
    session_id uuid not null references session on delete cascade,
    type text not null,
    ack text not null,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    primary key (session_id, type)
);

do $$
declare
    name text;
begin
    foreach name in array array['user', 'user_metadata', 'partner', 'asset', 'asset_exif', 'asset_edit',
        'asset_metadata', 'ocr', 'stack', 'album', 'album_user', 'album_asset', 'memory',
        'memory_asset', 'person', 'asset_face']
    loop
        execute format('alter table %I add sync_position bigint not null default 0,
            add update_id uuid not null default time_ordered_uuid()', name);
        execute format('alter table %I alter sync_position drop default,
            alter update_id drop default', name);
        execute format('create trigger %I before insert on %I
            for each row execute function mark_changed()', name || '_inserted', name);
        execute format('create trigger %I before update on %I
            for each row when (old.* is distinct from new.*) execute function mark_changed()',
            name || '_updated', name);
    end loop;
    foreach name in array array['partner', 'album_user'] loop
        execute format('alter table %I add create_position bigint not null default 0,
            add create_id uuid not null default time_ordered_uuid()', name);
        execute format('alter table %I alter create_position drop default,
            alter create_id drop default', name);
        execute format('create trigger %I before insert on %I
            for each row execute function mark_created()', name || '_created', name);
    end loop;
end $$;

create index user_order_idx on "user" (sync_position, update_id);
create index user_metadata_order_idx on user_metadata (user_id, sync_position, update_id);
create index asset_order_idx on asset (owner_id, sync_position, update_id);
create index asset_exif_order_idx on asset_exif (sync_position, update_id);
create index asset_edit_order_idx on asset_edit (sync_position, update_id);
create index asset_metadata_order_idx on asset_metadata (sync_position, update_id);
create index ocr_order_idx on ocr (sync_position, update_id);
create index stack_order_idx on stack (owner_id, sync_position, update_id);
create index album_order_idx on album (sync_position, update_id);
create index album_user_order_idx on album_user (album_id, sync_position, update_id);
create index album_asset_order_idx on album_asset (album_id, sync_position, update_id);
create index memory_order_idx on memory (owner_id, sync_position, update_id);
create index memory_asset_order_idx on memory_asset (sync_position, update_id);
create index person_order_idx on person (owner_id, sync_position, update_id);
create index asset_face_order_idx on asset_face (sync_position, update_id);

-- Removals, by the row that went. A child whose parent goes with it needs none where phones let it go
-- with its parent, too; album_asset does: its album may have members who never owned the asset.
create function record_removal() returns trigger language plpgsql
    security definer set search_path = public, pg_temp as $$
begin
    case tg_table_name
        when 'user' then
            insert into removal (kind, subject_id) values ('user', old.id);
        when 'user_metadata' then
            insert into removal (kind, scope_id, subject_id, key)
                values ('user_metadata', old.user_id, old.user_id, old.key);
        when 'partner' then
            insert into removal (kind, scope_id, subject_id, other_id)
                values ('partner', old.shared_by_id, old.shared_by_id, old.shared_with_id),
                    ('partner', old.shared_with_id, old.shared_by_id, old.shared_with_id);
        when 'asset' then
            insert into removal (kind, scope_id, subject_id) values ('asset', old.owner_id, old.id);
        when 'asset_edit' then
            insert into removal (kind, scope_id, subject_id)
                select 'asset_edit', owner_id, old.id from asset where id = old.asset_id;
        when 'asset_metadata' then
            insert into removal (kind, scope_id, subject_id, key)
                select 'asset_metadata', owner_id, old.asset_id, old.key
                from asset where id = old.asset_id;
        when 'ocr' then
            insert into removal (kind, scope_id, subject_id, other_id)
                select 'ocr', owner_id, old.id, old.asset_id from asset where id = old.asset_id;
        when 'stack' then
            insert into removal (kind, scope_id, subject_id) values ('stack', old.owner_id, old.id);
        when 'album_user' then
            insert into removal (kind, scope_id, subject_id, other_id)
                values ('album', old.user_id, old.album_id, null),
                    ('album_user', old.album_id, old.album_id, old.user_id);
        when 'album_asset' then
            insert into removal (kind, scope_id, subject_id, other_id)
                values ('album_asset', old.album_id, old.album_id, old.asset_id);
        when 'memory' then
            insert into removal (kind, scope_id, subject_id) values ('memory', old.owner_id, old.id);
        when 'memory_asset' then
            insert into removal (kind, scope_id, subject_id, other_id)
                select 'memory_asset', owner_id, old.memory_id, old.asset_id
                from memory where id = old.memory_id;
        when 'person' then
            insert into removal (kind, scope_id, subject_id) values ('person', old.owner_id, old.id);
        when 'asset_face' then
            insert into removal (kind, scope_id, subject_id)
                select 'asset_face', owner_id, old.id from asset where id = old.asset_id;
    end case;
    return null;
end $$;

do $$
declare
    name text;
begin
    foreach name in array array['user', 'user_metadata', 'partner', 'asset', 'asset_edit',
        'asset_metadata', 'ocr', 'stack', 'album_user', 'album_asset', 'memory', 'memory_asset',
        'person', 'asset_face']
    loop
        execute format('create trigger %I after delete on %I
            for each row execute function record_removal()', name || '_removed', name);
    end loop;
end $$;

-- A partner sees what is in the timeline, and the moving halves of it. What leaves that view is gone
-- for them; what comes (back) into it must bring its metadata, which has not changed.
create function move_in_partners_view() returns trigger language plpgsql
    security definer set search_path = public, pg_temp as $$
begin
    if new.visibility in ('timeline', 'hidden') then
        update asset_exif set sync_position = sync_position + 1 where asset_id = new.id;
    else
        insert into removal (kind, scope_id, subject_id)
            values ('partner_asset', new.owner_id, new.id);
    end if;
    return null;
end $$;
create trigger asset_moved after update of visibility on asset
    for each row when (
        (old.visibility in ('timeline', 'hidden')) <> (new.visibility in ('timeline', 'hidden')))
    execute function move_in_partners_view();

-- Someone who joins an album has not been told of it, however old it is.
create function touch_album() returns trigger language plpgsql
    security definer set search_path = public, pg_temp as $$
begin
    update album set updated_at = clock_timestamp() where id = new.album_id;
    return null;
end $$;
create trigger album_user_joined after insert on album_user
    for each row execute function touch_album();
