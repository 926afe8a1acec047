-- expire-holds: end overdue holds in one bounded batch, and open a sale whose time has come (H5, H10).
-- use map-header
-- use now
-- use append-change
-- use hold-record
-- use write-records
-- use hold-records
-- use write-seats
-- use end-hold
--
-- A script, because a hold is compared with its deadline and ended at one moment. Any process may run it at any time.
-- Cost O(seats of the holds that end). Clock: Redis TIME, never the caller's.
--
-- KEYS[1] meta       hash    the map's facts
-- KEYS[2] log        stream  one entry a change; its id is <epoch>-<revision>
-- KEYS[3] seats      string  one byte a seat: its state
-- KEYS[4] owners     hash    seat -> the hold or order that has it
-- KEYS[5] holds      hash    holdId -> JSON {buyer, deadlineMs, startedMs, address, seats}
-- KEYS[6] deadlines  zset    holdId, scored by deadline in Unix ms
-- KEYS[7] buyers     hash    buyer -> JSON {holdId, held, ordered}
-- KEYS[8] addresses  hash    hashed address -> held seats
-- KEYS[9] budgets    hash    buyer -> JSON {windowStartMs, usedMs}
-- ARGV[1] epoch      integer
-- ARGV[2] holdsMax   integer: holds that one call ends at most
--
-- Reply {"OK", ended, opened 1 or 0, revision, ms until the next deadline or opening, -1: none}
--   | {"WRONG_EPOCH", epoch} | {"NO_MAP"}
local overdue = redis.call('ZRANGEBYSCORE', KEYS[6], '-inf', now, 'LIMIT', 0, ARGV[2]) -- guard: expiry in the scan
local ended = 0
for _, holdId in ipairs(overdue) do
  if endOverdue(holdId) then ended = ended + 1 end
end

local opened, nextMs = 0, nil
if status == 'scheduled' and opensAtMs > 0 then
  if opensAtMs <= now then
    opened = 1
    redis.call('HSET', KEYS[1], 'status', 'on_sale')
    operations[#operations + 1] = '{"k":"sale","status":"on_sale","opensAtMs":' .. opensAtMs .. '}'
  else
    nextMs = opensAtMs
  end
end
appendChange()

local first = redis.call('ZRANGE', KEYS[6], 0, 0, 'WITHSCORES')
if first[2] then nextMs = math.min(nextMs or math.huge, tonumber(first[2])) end
return {'OK', ended, opened, revision, nextMs and math.max(0, nextMs - now) or -1}
