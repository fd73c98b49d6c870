-- KEYS: queue... Returns for each { waiting fresh, waiting bulk, active, delayed }.
local counts = {}
for i, queue in ipairs(KEYS) do
    local row = { 0, 0, 0, redis.call('ZCARD', queue .. ':delayed') }
    for lane, name in ipairs({ 'fresh', 'bulk' }) do
        local stream = queue .. ':' .. name
        local pending = redis.pcall('XPENDING', stream, 'runners')
        local active = pending.err and 0 or pending[1]
        row[lane] = redis.call('XLEN', stream) - active
        row[3] = row[3] + active
    end
    counts[i] = row
end
return counts
