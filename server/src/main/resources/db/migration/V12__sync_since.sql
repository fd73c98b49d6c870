-- The horizon when the session's phone was last empty. What a user had lost before was never told to that
-- phone, so it need not be taken back; null until its next stream.
alter table session add sync_since bigint;
update session set sync_since = 0 where sync_stream > 0;
