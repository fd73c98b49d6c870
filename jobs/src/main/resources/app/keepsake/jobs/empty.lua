-- Throws away up to 1,000 jobs that wait, delayed ones too, and never one that runs.
-- KEYS: queue. Returns how many: call again until it is 0.
local queue, ids, removed = KEYS[1], KEYS[1] .. ':ids', 0
for _, lane in ipairs({ 'fresh', 'bulk' }) do
    local stream, after = queue .. ':' .. lane, '-'
    local groups = redis.pcall('XINFO', 'GROUPS', stream)
    for _, group in ipairs(groups.err and {} or groups) do
        for i = 1, #group, 2 do
            if group[i] == 'last-delivered-id' then
                after = '(' .. group[i + 1]
            end
        end
    end
    for _, entry in ipairs(redis.call('XRANGE', stream, after, '+', 'COUNT', 500)) do
        redis.call('XDEL', stream, entry[1])
        redis.call('HDEL', ids, entry[2][2])
        removed = removed + 1
    end
end
for _, waiting in ipairs(redis.call('ZRANGE', queue .. ':delayed', 0, 499)) do
    redis.call('ZREM', queue .. ':delayed', waiting)
    redis.call('HDEL', ids, string.match(waiting, ' (.*)$'))
    removed = removed + 1
end
return removed
