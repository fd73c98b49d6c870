-- The commit of a model whose vectors there are; null while nobody knows it. Those of two commits cannot be compared.
alter table ml_model add revision text;

-- The pair that reads text has no vectors. It is not the one that administrators chose while that is not there.
alter table ml_model drop constraint ml_model_task_check, alter dimension drop not null,
    add constraint ml_model_task_check check (task in ('clip', 'clip-next', 'facial-recognition', 'ocr')),
    add constraint ml_model_has_dimension check (dimension is not null or task = 'ocr');
