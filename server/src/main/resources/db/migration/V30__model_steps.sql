-- Since when the work that follows from a change of a model is to be asked for; null when it is.
alter table ml_model add unsettled_since timestamptz;

-- All files of a download come from one commit. Who is at it holds a lock, which ends with its connection.
alter table model_download add revision text, drop beat_at;
