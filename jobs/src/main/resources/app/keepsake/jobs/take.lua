-- Claims jobs, fresh before bulk, after moving delayed jobs whose time has come to their lane.
-- KEYS: queue... ARGV: consumer, then for each queue how many to take, and a stream that must be
-- empty first or ''.
-- Returns { ms until the next delayed job is due or -1, '1' if Redis has lost its memory,
--           { queue index, lane, entry, job }... }
local consumer = ARGV[1]
local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
local next_due = -1
local taken = {}

local function read(stream, count)
    local command = { 'XREADGROUP', 'GROUP', 'runners', consumer, 'COUNT', count, 'STREAMS', stream, '>' }
    local reply = redis.pcall(unpack(command))
    if type(reply) == 'table' and reply.err then
        if not string.find(reply.err, 'NOGROUP') then
            error(reply.err)
        end
        redis.call('XGROUP', 'CREATE', stream, 'runners', '0', 'MKSTREAM')
        reply = redis.call(unpack(command))
    end
    return reply and reply[1] and reply[1][2] or {}
end

for i, queue in ipairs(KEYS) do
    local free, first_of_all = tonumber(ARGV[i * 2]), ARGV[i * 2 + 1]
    if first_of_all ~= '' and redis.call('XLEN', first_of_all) > 0 then
        free = 0
    end
    local delayed = queue .. ':delayed'
    for _, waiting in ipairs(redis.call('ZRANGEBYSCORE', delayed, '-inf', now, 'LIMIT', 0, 1000)) do
        local space = string.find(waiting, ' ', 1, true)
        redis.call('ZREM', delayed, waiting)
        redis.call('XADD', queue .. ':' .. string.sub(waiting, 1, space - 1), '*', 'job',
            string.sub(waiting, space + 1))
    end
    for _, lane in ipairs({ 'fresh', 'bulk' }) do
        if free > 0 then
            for _, entry in ipairs(read(queue .. ':' .. lane, free)) do
                local job = entry[2][2]
                redis.call('HSET', queue .. ':ids', job, 'running')
                taken[#taken + 1] = { i - 1, lane, entry[1], job }
                free = free - 1
            end
        end
    end
    local first = redis.call('ZRANGE', delayed, 0, 0, 'WITHSCORES')
    if first[2] then
        local wait = math.max(0, tonumber(first[2]) - now)
        if next_due < 0 or wait < next_due then
            next_due = wait
        end
    end
end
local lost = redis.call('EXISTS', 'keepsake:jobs:mark') == 0 and '1' or '0'
return { next_due, lost, taken }
