-- append-change: the operations of one call become one entry: revision + 1, chain, stream (R1, R2, R3).
-- needs map-header
-- needs now
-- Expects KEYS[1] meta, KEYS[2] log. No operations: no entry and no revision. 50000 is LOG_ENTRIES_MAX (map-stream.ts).
local operations = {}

-- cjson writes an empty list as {}: lists of numbers are written here instead.
local function jsonList(numbers) return '[' .. table.concat(numbers, ',') .. ']' end

local function appendChange()
  if #operations == 0 then return end
  revision = revision + 1
  local id, text = epoch .. '-' .. revision, '[' .. table.concat(operations, ',') .. ']'
  chain = string.sub(redis.sha1hex(chain .. '|' .. id .. '|' .. text), 1, 8) -- guard: chain
  redis.call('XADD', KEYS[2], 'MAXLEN', '~', 50000, id, 'c', chain, 'o', text, 't', now)
  redis.call('HSET', KEYS[1], 'revision', revision, 'chain', chain)
  operations = {}
end
