-- Which models' vectors there are: the server decides it, the worker works by it. A task without a row
-- has no model. The vectors of 'clip-next' are made in a table of their own while those of 'clip' answer.
create table ml_model (
    task text primary key check (task in ('clip', 'clip-next', 'facial-recognition')),
    model text not null,
    dimension integer not null check (dimension between 1 and 4000) -- as far as an index goes
);
grant select on ml_model to keepsake_worker;

alter table face_search add model text not null default 'face-api';
