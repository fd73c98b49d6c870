-- Vectors of one model are compared, whichever machine made them: the first to measure decides for all.
-- Pictures and words are measured apart.
truncate model_timing;
alter table model_timing drop constraint model_timing_pkey,
    add graph text not null check (graph in ('visual', 'textual')), add primary key (model, graph);
