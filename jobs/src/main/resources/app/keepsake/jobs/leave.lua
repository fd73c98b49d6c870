-- A runner stops: its consumer goes, unless it still claims something.
-- KEYS: queue... ARGV: consumer.
for _, queue in ipairs(KEYS) do
    for _, lane in ipairs({ 'fresh', 'bulk' }) do
        local stream = queue .. ':' .. lane
        local pending = redis.pcall('XPENDING', stream, 'runners', '-', '+', 1, ARGV[1])
        if not pending.err and not pending[1] then
            redis.call('XGROUP', 'DELCONSUMER', stream, 'runners', ARGV[1])
        end
    end
end
return 1
