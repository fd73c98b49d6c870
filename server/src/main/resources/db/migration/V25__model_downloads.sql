-- Models that administrators want downloaded. A server that is at one says so now and then, or another goes on.
create table model_download (
    model text primary key,
    arrived bigint not null default 0,
    total bigint not null default 0,
    problem text, -- why it ended
    wanted_at timestamptz not null default now(),
    beat_at timestamptz
);

-- What a picture costs in a model's two forms on one kind of machine, and how far apart the answers are.
create table model_timing (
    model text not null,
    machine text not null,
    fp32_ms real not null,
    int8_ms real not null,
    distance real not null,
    measured_at timestamptz not null default now(),
    primary key (model, machine)
);
grant select, insert on model_timing to keepsake_worker;
