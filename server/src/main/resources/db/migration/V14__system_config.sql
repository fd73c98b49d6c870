-- What administrators have set, as far as the worker works by it: other sections hold secrets.
create view worker_config as
select jsonb_build_object(
    'image', value -> 'image',
    'ffmpeg', value -> 'ffmpeg',
    'metadata', value -> 'metadata',
    'machineLearning', value -> 'machineLearning') as value
from system_metadata
where key = 'system-config';
grant select on worker_config to keepsake_worker;
