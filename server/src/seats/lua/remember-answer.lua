-- remember-answer: add the final acknowledgement to what a request's script answered, while that is remembered (H9).
--
-- A script, because the answer may be forgotten between the look and the write. Keeps the time to live. Cost O(1). No clock.
--
-- KEYS[1] request    string  the remembered answer of this request
-- ARGV[1] final      JSON in one line
--
-- Reply {"OK"} | {"FORGOTTEN"}
local told = redis.call('GET', KEYS[1])
if not told then return {'FORGOTTEN'} end
redis.call('SET', KEYS[1], string.match(told, '^[^\n]*') .. '\n' .. ARGV[1], 'KEEPTTL')
return {'OK'}
