-- Claims jobs, fresh before bulk, after moving delayed jobs whose time has come to their lane.
-- KEYS: queue... ARGV: consumer, slots, megabytes, '1' if nothing runs here; then for each queue how
-- many runs to take, a stream that must be empty first or '', the megabytes of one run, '1' if a run
-- takes a slot, the jobs of one run, '1' if only fresh ones may be taken, '1' if one fresh run may be
-- taken all the same.
-- Returns { ms until the next delayed job is due or -1, '1' if Redis has lost its memory,
--           { queue index, lane, entry, job }... }
local consumer = ARGV[1]
local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
local next_due = -1
local taken = {}
local slots, megabytes, idle = tonumber(ARGV[2]), tonumber(ARGV[3]), ARGV[4] == '1'

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

local function active(queue)
    local count = 0
    for _, lane in ipairs({ 'fresh', 'bulk' }) do
        local pending = redis.pcall('XPENDING', queue .. ':' .. lane, 'runners')
        count = count + (pending.err and 0 or pending[1])
    end
    return count
end

for i, queue in ipairs(KEYS) do
    local at = 7 * i - 2
    local free, first_of_all, cost = tonumber(ARGV[at]), ARGV[at + 1], tonumber(ARGV[at + 2])
    local takes_slot, together = ARGV[at + 3] == '1', tonumber(ARGV[at + 4])
    local lanes = { 'fresh', 'bulk' }
    local most, only_fresh = free, ARGV[at + 5] == '1'
    if takes_slot then
        free = math.min(free, slots)
    end
    if cost > 0 then
        free = math.min(free, math.floor(megabytes / cost))
        if free < 1 and idle and #taken == 0 and (slots > 0 or not takes_slot) then
            free = math.min(most, 1) -- what needs more than there is runs alone
        end
    end
    if free < 1 and most > 0 and ARGV[at + 6] == '1' then
        free, only_fresh = 1, true
    end
    if only_fresh then
        lanes = { 'fresh' }
    end
    if first_of_all ~= '' and redis.call('XLEN', first_of_all) > 0 then
        free = 0
    end
    local before = #taken
    local delayed = queue .. ':delayed'
    for _, waiting in ipairs(redis.call('ZRANGEBYSCORE', delayed, '-inf', now, 'LIMIT', 0, 1000)) do
        local space = string.find(waiting, ' ', 1, true)
        redis.call('ZREM', delayed, waiting)
        redis.call('XADD', queue .. ':' .. string.sub(waiting, 1, space - 1), '*', 'job',
            string.sub(waiting, space + 1))
    end
    local jobs = free * together
    for _, lane in ipairs(lanes) do
        if jobs > 0 then
            for _, entry in ipairs(read(queue .. ':' .. lane, jobs)) do
                local job = entry[2][2]
                redis.call('HSET', queue .. ':ids', job, 'running')
                taken[#taken + 1] = { i - 1, lane, entry[1], job }
                jobs = jobs - 1
            end
        end
    end
    local runs = math.ceil((#taken - before) / together)
    megabytes = megabytes - runs * cost
    slots = slots - (takes_slot and runs or 0)
    if #taken > before and active(queue) == #taken - before then
        redis.call('HSET', queue .. ':pace', 'from', now) -- nobody worked on it until now
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
