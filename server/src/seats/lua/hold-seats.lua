-- hold-seats: hold every listed seat for a buyer, or none of them (H1).
-- use map-header
-- use now
-- use append-change
-- use request-memory
-- use hold-record
-- use write-records
-- use hold-records
-- use write-seats
-- use end-hold
-- use own-hold
-- use seat-lists
-- use may-hold
-- use change-hold
--
-- A script, because two buyers ask for overlapping seats within one millisecond.
-- Cost O(n), n = seats asked for, and the sizes of overdue holds on them. Clock: Redis TIME, never the caller's.
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
-- KEYS[10] request    string  optional: the remembered answer of this request
-- ARGV[1] epoch      integer
-- ARGV[2] buyer
-- ARGV[3] holdId     of the hold that begins if the buyer has none
-- ARGV[4] limits     '' or JSON {address, addressMax, budgetMs}; 0: none
-- ARGV[5] seats      JSON array of seats
--
-- Reply {"OK", holdId, seats as JSON, expiresInMs, epoch, revision} | {"SEAT_TAKEN", seats as JSON}
--   | {"LIMIT_EXCEEDED"} | {"NOT_ON_SALE"} | {"IN_GROUP", groupId} | {"BAD_REQUEST"} | {"COOL_DOWN", retryInMs}
--   | {"REPEATED", the remembered answer} | {"REQUEST_ID_REUSED"} | {"WRONG_EPOCH", epoch} | {"NO_MAP"}
local wanted = cjson.decode(ARGV[5])
if not isSeatList(wanted) then return answer('BAD_REQUEST') end
local refusal = readOwnHold()
if refusal then return refusal end
refusal = refusalNow()
if refusal then return answer(unpack(refusal)) end

local free, taken = {}, {}
for _, seat in ipairs(wanted) do
  local whose = whoseIs(seat)
  if whose == 'free' then free[#free + 1] = seat elseif whose == 'taken' then taken[#taken + 1] = seat end
end
refusal = refusalOf(#free + #taken)
if refusal then return answer(unpack(refusal)) end
if #taken > 0 then return answer('SEAT_TAKEN', jsonList(taken)) end -- guard: all or nothing

changeHold(free, {}, 'held', ARGV[3], limits)
return answerHold()
