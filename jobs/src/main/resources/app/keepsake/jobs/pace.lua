-- KEYS: queue... Returns for each { jobs done, ms in which any ran }, as texts; both fade with age.
local paces = {}
for i, queue in ipairs(KEYS) do
    local pace = redis.call('HMGET', queue .. ':pace', 'done', 'busy')
    paces[i] = { pace[1] or '0', pace[2] or '0' }
end
return paces
