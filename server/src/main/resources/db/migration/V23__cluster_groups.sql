-- Somebody is asked to share one grouping of faces.
create table cluster_group_request (
    id uuid primary key default gen_random_uuid(),
    cluster_group_id uuid not null,
    user_id uuid not null references "user" on delete cascade, -- who is asked
    created_at timestamptz not null default now(),
    unique (cluster_group_id, user_id)
);
create index cluster_group_request_user_idx on cluster_group_request (user_id);
