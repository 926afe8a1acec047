-- hold-block: a group's block becomes the first of several candidates that is wholly free; its own seats count as free (G4).
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
-- use group-hold
--
-- A script, because a block chosen on a mirror may be gone, and the old one must not be let go for nothing.
-- Cost O(n), n = seats of the candidates up to the first free one, and of its members. Clock: Redis TIME, never the caller's.
--
-- KEYS[1] meta       hash    the map's facts
-- KEYS[2] log        stream  one entry a change; its id is <epoch>-<revision>
-- KEYS[3] seats      string  one byte a seat: its state
-- KEYS[4] owners     hash    seat -> the hold or order that has it
-- KEYS[5] holds      hash    holdId -> JSON {buyer, deadlineMs, startedMs, address, seats}, of a group also host, extended, shares
-- KEYS[6] deadlines  zset    holdId, scored by deadline in Unix ms
-- KEYS[7] buyers     hash    buyer -> JSON {holdId, held, ordered}, in a group also group; of a group version, host, members
-- KEYS[8] addresses  hash    hashed address -> held seats
-- KEYS[9] budgets    hash    buyer -> JSON {windowStartMs, usedMs}
-- KEYS[10] request    string  optional: the remembered answer of this request
-- ARGV[1] epoch      integer
-- ARGV[2] holder     g_<groupId>
-- ARGV[3] begins     JSON {holdId, holdMs} of the hold that begins if the group has none; ms: its length
-- ARGV[4] limits     JSON {address, addressMax, budgetMs}; 0: none
-- ARGV[5] candidates JSON array of {seats, assigned: {seat: member}}, best first: the whole block as it shall be
-- ARGV[6] present    the hold that is changed; with another one, or none, nothing is. '': whichever there is, or one that begins
--
-- Reply {"OK", holdId, seats as JSON, expiresInMs, epoch, revision, assigned as JSON}
--   | {"NO_BLOCK", taken seats of the first candidate as JSON, epoch, revision} | {"NO_GROUP"}
--   | {"NO_HOLD"} | {"LIMIT_EXCEEDED"} | {"NOT_ON_SALE"} | {"BAD_REQUEST"} | {"COOL_DOWN", retryInMs}
--   | {"REPEATED", the remembered answer} | {"REQUEST_ID_REUSED"} | {"WRONG_EPOCH", epoch} | {"NO_MAP"}
local candidates = cjson.decode(ARGV[5])
for _, block in ipairs(candidates) do
  if not isSeatList(block.seats) then return answer('BAD_REQUEST') end
end
readOwnHold()
if not known or not known.members then return {'NO_GROUP'} end
if ARGV[6] ~= '' and (not hold or hold.id ~= ARGV[6]) then return answer('NO_HOLD') end -- guard: the hold that is changed
local barred, firstTaken = refusalNow(), {}

-- The seats of a block that would join the hold and those that would leave it, or nil when somebody has one of them.
local function changeTo(block, place)
  local joining, leaving, stays, taken = {}, {}, {}, {}
  for _, seat in ipairs(block.seats) do
    local whose = whoseIs(seat)
    stays[seat] = true
    if whose == 'free' then joining[#joining + 1] = seat elseif whose == 'taken' then taken[#taken + 1] = seat end
  end
  if place == 1 then firstTaken = taken end
  if #taken > 0 then return nil end -- guard: all or nothing
  for _, seat in ipairs(hold and hold.seats or {}) do
    if not stays[seat] then leaving[#leaving + 1] = seat end
  end
  return joining, leaving
end

for place, block in ipairs(candidates) do
  local joining, leaving = changeTo(block, place)
  -- Without a new seat it is nothing but letting go, which a closed sale does not bar.
  if joining and not (barred and #joining > 0) then
    local shares = sharesOf(block.seats, block.assigned)
    local refusal = refusalOfShares(shares) or refusalFromAddress(#joining - #leaving)
    if refusal then return answer(unpack(refusal)) end
    local reason = #leaving == 0 and 'held' or #joining == 0 and 'released' or 'swapped'
    if not hold then
      local begins = cjson.decode(ARGV[3])
      hold = {id = begins.holdId, buyer = buyer, host = known.host, startedMs = now, deadlineMs = now + begins.holdMs,
        address = limits.address, seats = {}, shares = {}}
      if limits.budgetMs > 0 then openBudget(known.host) end
      redis.call('ZADD', KEYS[6], hold.deadlineMs, hold.id)
    end
    setShares(shares)
    changeHold(joining, leaving, reason)
    if #joining + #leaving == 0 then writeHold(hold.id, hold) end
    return answerHold(cjson.encode(block.assigned))
  end
end
if barred then return answer(unpack(barred)) end
appendChange()
return answer('NO_BLOCK', jsonList(firstTaken), epoch, revision)
