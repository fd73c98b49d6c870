-- Everyday things, as a model places their names among the pictures.
create table thing (
    model text not null,
    name text not null,
    embedding halfvec not null, -- as long as the model makes them
    primary key (model, name)
);

-- Of an asset that which its picture shows most likely, as the model sees it.
create table asset_thing (
    asset_id uuid primary key references asset on delete cascade,
    model text not null,
    name text not null,
    probability double precision not null,
    named_at timestamptz not null default now()
);
