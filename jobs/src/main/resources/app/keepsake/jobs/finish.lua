-- Ends a claim: the entry leaves its stream and its group in one step.
-- KEYS: queue. ARGV: lane, entry, job, outcome, delay (ms), '1' to report it.
-- Outcomes: 'done', 'drop' (never again), 'retry' (after the delay), 'release' (at once).
local queue, lane, entry, job = KEYS[1], ARGV[1], ARGV[2], ARGV[3]
local outcome, delay, report = ARGV[4], tonumber(ARGV[5]), ARGV[6] == '1'
local stream, ids, delayed = queue .. ':' .. lane, queue .. ':ids', queue .. ':delayed'

local function tell()
    if report then
        -- Bounded (I7); what a server that was away for that long misses, its reconciler finds.
        redis.call('XADD', 'keepsake:jobs:done', 'MAXLEN', '~', 100000, '*', 'job', job, 'lane', lane)
        redis.call('PUBLISH', 'keepsake:jobs:done', '')
    end
end

-- How long a job takes, over the time in which any of the queue ran, whoever runs them; what is long
-- ago fades.
if outcome == 'done' or outcome == 'drop' then
    local clock, pace = redis.call('TIME'), queue .. ':pace'
    local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
    local known = redis.call('HMGET', pace, 'from', 'done', 'busy')
    if known[1] then
        local done, busy = tonumber(known[2] or 0), tonumber(known[3] or 0)
        redis.call('HSET', pace, 'from', now, 'done', done * 0.99 + 1,
            'busy', busy * 0.99 + math.max(0, now - tonumber(known[1])))
    end
end

local pending = redis.pcall('XPENDING', stream, 'runners', entry, entry, 1)
if pending.err or not pending[1] then
    -- Redis was emptied while the job ran, or its runner was thought dead and the job released
    -- as another entry. A copy that waits for its time is this job's; one that runs is not.
    redis.call('DEL', 'keepsake:jobs:running:' .. job)
    if (outcome == 'done' or outcome == 'drop')
        and redis.call('ZREM', delayed, 'fresh ' .. job, 'bulk ' .. job) > 0 then
        redis.call('HDEL', ids, job)
    end
    if outcome == 'retry' and redis.call('HSETNX', ids, job, 'queued') == 1 then
        local clock = redis.call('TIME')
        redis.call('ZADD', delayed, clock[1] * 1000 + delay, lane .. ' ' .. job)
    elseif outcome == 'release' and redis.call('HSETNX', ids, job, 'queued') == 1 then
        redis.call('XADD', stream, '*', 'job', job)
        redis.call('PUBLISH', queue .. ':work', '')
    end
    tell()
    return 1
end

redis.call('XACK', stream, 'runners', entry)
redis.call('XDEL', stream, entry)
if outcome == 'retry' then
    local clock = redis.call('TIME')
    redis.call('HSET', ids, job, 'queued')
    redis.call('ZADD', delayed, clock[1] * 1000 + math.floor(clock[2] / 1000) + delay, lane .. ' ' .. job)
    redis.call('PUBLISH', queue .. ':work', '')
elseif outcome == 'release' or redis.call('HGET', ids, job) == 'again' then
    redis.call('HSET', ids, job, 'queued')
    redis.call('XADD', stream, '*', 'job', job)
    redis.call('PUBLISH', queue .. ':work', '')
else
    redis.call('HDEL', ids, job)
end
tell()
if lane == 'fresh' and redis.call('XLEN', stream) == 0 then
    redis.call('PUBLISH', queue .. ':work', '') -- to those who wait for it to be empty
end
if lane == 'bulk' then
    local left = redis.call('XLEN', stream)
    if left == 0 or left == 500 then
        redis.call('PUBLISH', 'keepsake:jobs:drained', queue)
    end
end
return 1
