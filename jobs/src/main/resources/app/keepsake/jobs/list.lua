-- KEYS: queue. ARGV: most of each state.
-- Returns { state, job, ms since the epoch }... for waiting, active and delayed jobs.
local queue, most, found = KEYS[1], tonumber(ARGV[1]), {}
for _, lane in ipairs({ 'fresh', 'bulk' }) do
    local stream = queue .. ':' .. lane
    local pending = redis.pcall('XPENDING', stream, 'runners', '-', '+', most)
    local active = {}
    for _, p in ipairs(pending.err and {} or pending) do
        active[p[1]] = true
    end
    for _, entry in ipairs(redis.call('XRANGE', stream, '-', '+', 'COUNT', most)) do
        found[#found + 1] = { active[entry[1]] and 'active' or 'waiting', entry[2][2],
            tonumber(string.match(entry[1], '^%d+')) }
    end
end
local delayed = redis.call('ZRANGE', queue .. ':delayed', 0, most - 1, 'WITHSCORES')
for i = 1, #delayed, 2 do
    found[#found + 1] = { 'delayed', string.match(delayed[i], ' (.*)$'), tonumber(delayed[i + 1]) }
end
return found
