-- Which versions of Immich's API were spoken here, and since when.
create table version_history (
    id uuid primary key default gen_random_uuid(),
    version text not null unique,
    created_at timestamptz not null default now()
);

-- An account of the OpenID provider is one account here.
create unique index user_oauth_id_key on "user" (oauth_id) where oauth_id <> '';

-- The provider's name for the session by which this one was opened: it may end both.
alter table session add oauth_sid text;
create index session_oauth_sid_idx on session (oauth_sid) where oauth_sid is not null;

-- Accounts to be removed, which hardly ever are any.
create index user_deleted_idx on "user" (deleted_at) where deleted_at is not null;
