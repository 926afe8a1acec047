-- release-hold: let go of seats of the caller's hold, or of all of it; a seat of somebody else stays theirs (H3, H6).
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
-- use change-hold
--
-- A script, because the owner is compared and the seat freed at one moment. Works whatever the sale's state is.
-- Cost O(n), n = seats named or held. Clock: Redis TIME, never the caller's.
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
-- ARGV[3] seats      JSON array of seats; '': the whole hold
--
-- Reply {"OK", holdId, seats as JSON, expiresInMs, epoch, revision}
--   | {"IN_GROUP", groupId} | {"BAD_REQUEST"} | {"REPEATED", the remembered answer} | {"REQUEST_ID_REUSED"} | {"WRONG_EPOCH", epoch} | {"NO_MAP"}
local named = ARGV[3] ~= '' and cjson.decode(ARGV[3])
if named and not isSeatList(named) then return answer('BAD_REQUEST') end
local refusal = readOwnHold()
if refusal then return refusal end

local leaving = {}
for _, seat in ipairs(named or hold and hold.seats or {}) do
  if owns(seat) then leaving[#leaving + 1] = seat end
end
if hold and #leaving == #hold.seats then
  endHold(hold.id, hold, 'released')
  hold = nil
else
  changeHold({}, leaving, 'released')
end
return answerHold()
