-- From which networks an account has been logged into: there the failures of others do not count.
create table login_place (
    user_id uuid not null references "user" on delete cascade,
    network text not null,
    last_at timestamptz not null default now(),
    primary key (user_id, network)
);
