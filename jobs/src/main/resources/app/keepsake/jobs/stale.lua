-- Finds claims that nobody renewed: their runner is dead. Removes consumers that claim nothing.
-- KEYS: queue... ARGV: own consumer, claim (ms).
-- Returns { ms until the next claim of another runner could lapse or -1,
--           { queue index, lane, entry, job, owner }... }
local me, claim = ARGV[1], tonumber(ARGV[2])
local next_lapse, stale = -1, {}
for i, queue in ipairs(KEYS) do
    for _, lane in ipairs({ 'fresh', 'bulk' }) do
        local stream = queue .. ':' .. lane
        local pending = redis.pcall('XPENDING', stream, 'runners', '-', '+', 1000)
        for _, p in ipairs(pending.err and {} or pending) do
            local entry, owner, idle = p[1], p[2], p[3]
            if idle >= claim then
                local found = redis.call('XRANGE', stream, entry, entry)[1]
                if found then
                    stale[#stale + 1] = { i - 1, lane, entry, found[2][2], owner }
                else
                    redis.call('XACK', stream, 'runners', entry)
                end
            elseif owner ~= me and (next_lapse < 0 or claim - idle < next_lapse) then
                next_lapse = claim - idle
            end
        end
        local consumers = redis.pcall('XINFO', 'CONSUMERS', stream, 'runners')
        for _, c in ipairs(consumers.err and {} or consumers) do
            local name, claims, idle = c[2], c[4], c[6]
            if name ~= me and claims == 0 and idle > claim * 10 then
                redis.call('XGROUP', 'DELCONSUMER', stream, 'runners', name)
            end
        end
    end
end
return { next_lapse, stale }
