-- Takes the oldest question that somebody still waits for. ARGV: patience (ms).
-- Returns { reply channel, id, language, text } or nothing.
local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
while true do
    local entry = redis.call('XRANGE', 'keepsake:text', '-', '+', 'COUNT', 1)[1]
    if not entry then
        return {}
    end
    redis.call('XDEL', 'keepsake:text', entry[1])
    if now - tonumber(string.match(entry[1], '^%d+')) < tonumber(ARGV[1]) then
        local f = entry[2]
        return { f[2], f[4], f[6], f[8] }
    end
end
