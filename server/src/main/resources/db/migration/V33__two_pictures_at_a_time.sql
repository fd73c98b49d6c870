-- The budget says how many threads look at pictures; one run at a time left cores idle that it had room for.
insert into job_queue (name, concurrency) values ('smartSearch', 2)
on conflict (name) do update set concurrency = 2 where job_queue.concurrency = 1;
