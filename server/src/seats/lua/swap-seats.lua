-- swap-seats: let go of seats and take others in one step; the new ones are secured first (H7).
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
-- A script, because between a release and a hold somebody else would take the seat, or both would be lost.
-- Cost O(n), n = seats named, and the sizes of overdue holds on them. Clock: Redis TIME, never the caller's.
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
-- ARGV[3] release    JSON array of seats; those that are not mine are left alone
-- ARGV[4] limits     '' or JSON {address, addressMax, budgetMs}; 0: none
-- ARGV[5] hold       JSON array of seats; one that is also in release stays mine
--
-- Reply {"OK", holdId, seats as JSON, expiresInMs, epoch, revision} | {"SEAT_TAKEN", seats as JSON} | {"NO_HOLD"}
--   | {"LIMIT_EXCEEDED"} | {"NOT_ON_SALE"} | {"IN_GROUP", groupId} | {"BAD_REQUEST"} | {"COOL_DOWN", retryInMs}
--   | {"REPEATED", the remembered answer} | {"REQUEST_ID_REUSED"} | {"WRONG_EPOCH", epoch} | {"NO_MAP"}
local release, wanted = cjson.decode(ARGV[3]), cjson.decode(ARGV[5])
if not isSeatList(release) or not isSeatList(wanted) then return answer('BAD_REQUEST') end
local refusal = readOwnHold()
if refusal then return refusal end
if not hold then return answer('NO_HOLD') end
refusal = refusalNow()
if refusal then return answer(unpack(refusal)) end

local free, taken, leaving, stays = {}, {}, {}, {}
for _, seat in ipairs(wanted) do
  local whose = whoseIs(seat)
  stays[seat] = true
  if whose == 'free' then free[#free + 1] = seat elseif whose == 'taken' then taken[#taken + 1] = seat end
end
for _, seat in ipairs(release) do
  if not stays[seat] and owns(seat) then leaving[#leaving + 1] = seat end
end
refusal = refusalOf(#free + #taken - #leaving)
if refusal then return answer(unpack(refusal)) end
if #taken > 0 then return answer('SEAT_TAKEN', jsonList(taken)) end -- guard: all or nothing

changeHold(free, leaving, 'swapped')
return answerHold()
