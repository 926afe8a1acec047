-- request-memory: the same request within 60 s (REQUEST_MEMORY_MS) gets the same answer and has one effect (H9).
-- needs append-change
-- Expects KEYS[10] request, absent without a requestId; the id of another command's request is refused. Every answer after
-- this part goes through `answer`.
local command = '<script>'
local remembered = KEYS[10] and redis.call('GET', KEYS[10]) -- guard: repeat
if remembered then
  local asked, told = string.match(remembered, '^([a-z-]+) (.*)$')
  if asked ~= command then return {'REQUEST_ID_REUSED'} end -- guard: repeat of another command
  return {'REPEATED', told}
end

local function answer(...)
  appendChange()
  local reply = {...}
  if KEYS[10] then redis.call('SET', KEYS[10], command .. ' ' .. cjson.encode(reply), 'PX', 60000) end
  return reply
end
