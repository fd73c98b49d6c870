-- Claims reports of finished jobs: new ones, and those whose reader died.
-- ARGV: consumer, claim (ms). Returns { entry, job, lane }...
local stream, found = 'keepsake:jobs:done', {}
local function collect(entries)
    for _, entry in ipairs(entries) do
        found[#found + 1] = { entry[1], entry[2][2], entry[2][4] }
    end
end
local abandoned = redis.pcall('XAUTOCLAIM', stream, 'servers', ARGV[1], ARGV[2], '0', 'COUNT', 100)
if abandoned.err then
    redis.call('XGROUP', 'CREATE', stream, 'servers', '0', 'MKSTREAM')
else
    collect(abandoned[2])
end
local fresh = redis.call('XREADGROUP', 'GROUP', 'servers', ARGV[1], 'COUNT', 100, 'STREAMS', stream, '>')
if fresh and fresh[1] then
    collect(fresh[1][2])
end
return found
