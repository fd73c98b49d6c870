-- Renews the claims of running jobs, so that nobody takes them for dead.
-- ARGV: consumer, claim (ms), then (queue, lane, entry, job)...
-- Returns how many claims Redis no longer knew.
local consumer, claim, lost = ARGV[1], ARGV[2], 0
for i = 3, #ARGV, 4 do
    local stream, entry, job = ARGV[i] .. ':' .. ARGV[i + 1], ARGV[i + 2], ARGV[i + 3]
    local pending = redis.pcall('XPENDING', stream, 'runners', entry, entry, 1)
    if pending.err or not pending[1] then
        -- Emptied while the job runs: keeps the reconciler from starting it a second time.
        redis.call('SET', 'keepsake:jobs:running:' .. job, consumer, 'PX', claim)
        lost = lost + 1
    elseif pending[1][2] == consumer then
        redis.call('XCLAIM', stream, 'runners', consumer, 0, entry, 'JUSTID')
    end
end
return lost
