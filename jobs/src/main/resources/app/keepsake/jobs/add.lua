-- Queues jobs that are not queued yet.
-- KEYS: queue. ARGV: lane, '1' if a running job is to run again afterwards, claim (ms), job...
-- Returns how many were queued.
local queue, lane, again, claim = KEYS[1], ARGV[1], ARGV[2] == '1', tonumber(ARGV[3])
local ids, added = queue .. ':ids', 0
for i = 4, #ARGV do
    local job = ARGV[i]
    if redis.call('HSETNX', ids, job, 'queued') == 1 then
        added = added + 1
        if redis.call('EXISTS', 'keepsake:jobs:running:' .. job) == 1 then
            -- Redis was emptied while this job ran, and its runner has said so since.
            local now = redis.call('TIME')
            redis.call('ZADD', queue .. ':delayed', now[1] * 1000 + claim, lane .. ' ' .. job)
        else
            redis.call('XADD', queue .. ':' .. lane, '*', 'job', job)
        end
    elseif again and redis.call('HGET', ids, job) == 'running' then
        -- What it is about changed while it ran; dropping this call would lose the change.
        redis.call('HSET', ids, job, 'again')
    end
end
if added > 0 then
    redis.call('PUBLISH', queue .. ':work', '')
end
return added
