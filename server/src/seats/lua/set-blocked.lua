-- set-blocked: block and unblock seats, all of them or none, and with them change the sale; only free seats can be blocked (H11).
-- use map-header
-- use now
-- use append-change
-- use hold-record
-- use write-records
-- use hold-records
-- use write-seats
-- use end-hold
-- use seat-lists
-- use change-sale
--
-- A script, because a seat could be held between the look and the block. A seat that is as asked for already is fine.
-- Cost O(n), n = seats named: about 1 µs each; and counting the free ones of all: 50,000 in about 1 ms. Clock: Redis TIME, never the caller's.
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
-- ARGV[2] block      JSON array of seats
-- ARGV[3] unblock    JSON array of seats, none of them in block
-- ARGV[4] sale       JSON {status?, opensAtMs?, holdMs?, maxSeatsPerBuyer?}; opensAtMs 0: no time
--
-- Reply {"OK", revision, free seats} | {"SEAT_TAKEN", seats as JSON} | {"BAD_REQUEST"} | {"WRONG_EPOCH", epoch} | {"NO_MAP"}
local block, unblock = cjson.decode(ARGV[2]), cjson.decode(ARGV[3])
if not isSeatList(block, true) or not isSeatList(unblock, true) then return {'BAD_REQUEST'} end
local named, taken, changes = {}, {}, {}
for _, seat in ipairs(block) do named[seat] = true end
for _, seat in ipairs(unblock) do
  if named[seat] then return {'BAD_REQUEST'} end
end

local function stateOf(seat) return redis.call('GETRANGE', KEYS[3], seat, seat) end
for _, seat in ipairs(block) do
  local owner = stateOf(seat) == '1' and redis.call('HGET', KEYS[4], seat)
  if owner then endIfOverdue(string.sub(owner, 3)) end
  local state = stateOf(seat)
  if state == '0' then changes[#changes + 1] = seat * 8 + 4 elseif state ~= '4' then taken[#taken + 1] = seat end
end
if #taken > 0 then -- guard: all or nothing
  appendChange()
  return {'SEAT_TAKEN', jsonList(taken)}
end
for _, seat in ipairs(unblock) do
  if stateOf(seat) == '4' then changes[#changes + 1] = seat * 8 end
end
for _, change in ipairs(changes) do redis.call('SETRANGE', KEYS[3], math.floor(change / 8), change % 8) end
if #changes > 0 then operations[#operations + 1] = '{"k":"seats","c":' .. jsonList(changes) .. '}' end
changeSale(cjson.decode(ARGV[4]))
appendChange()
local states = redis.call('GET', KEYS[3]) or ''
return {'OK', revision, #states - #string.gsub(states, '0+', '')}
