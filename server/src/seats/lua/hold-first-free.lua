-- hold-first-free: hold the first of several candidate blocks that is wholly free.
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
-- A script, because a block chosen on a mirror may be gone: choosing and holding are one step.
-- Cost O(n), n = seats of the candidates up to the first free one. Clock: Redis TIME, never the caller's.
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
-- ARGV[5] candidates JSON array of arrays of seats, best first
-- ARGV[6] replace    '1': instead of the caller's hold, whose seats count as free, with its clock; '0': added to it
--
-- Reply {"OK", holdId, seats as JSON, expiresInMs, epoch, revision} | {"NO_BLOCK", epoch, revision}
--   | {"LIMIT_EXCEEDED"} | {"NOT_ON_SALE"} | {"IN_GROUP", groupId} | {"BAD_REQUEST"} | {"COOL_DOWN", retryInMs}
--   | {"REPEATED", the remembered answer} | {"REQUEST_ID_REUSED"} | {"WRONG_EPOCH", epoch} | {"NO_MAP"}
local candidates, replace = cjson.decode(ARGV[5]), ARGV[6] == '1'
for _, block in ipairs(candidates) do
  if not isSeatList(block) then return answer('BAD_REQUEST') end
end
local refusal = readOwnHold()
if refusal then return refusal end
refusal = refusalNow()
if refusal then return answer(unpack(refusal)) end

-- The seats of a block that would join the hold, or nil when somebody has one of them.
local function freeOf(block)
  local free = {}
  for _, seat in ipairs(block) do
    local whose = whoseIs(seat)
    if whose == 'free' then free[#free + 1] = seat end
    if whose == 'taken' or (whose == 'mine' and not replace) then return nil end -- guard: all or nothing
  end
  return free
end

for _, block in ipairs(candidates) do
  local joining = freeOf(block)
  if joining then
    local leaving, stays = {}, {}
    for _, seat in ipairs(block) do stays[seat] = true end
    for _, seat in ipairs(replace and hold and hold.seats or {}) do
      if not stays[seat] then leaving[#leaving + 1] = seat end
    end
    refusal = refusalOf(#joining - #leaving)
    if refusal then return answer(unpack(refusal)) end
    changeHold(joining, leaving, replace and hold and 'swapped' or 'held', ARGV[3], limits)
    return answerHold()
  end
end
appendChange()
return answer('NO_BLOCK', epoch, revision)
