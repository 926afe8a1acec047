-- own-hold: the caller's account and live hold; an overdue one is ended first (H5).
-- needs end-hold
-- needs request-memory
-- Expects ARGV[2] buyer.
local buyer, hold, ordered = ARGV[2], nil, 0

local function readOwnHold()
  local found = redis.call('HGET', KEYS[7], buyer)
  if not found then return end
  local account = cjson.decode(found)
  ordered = account.ordered
  if account.holdId == '' or endIfOverdue(account.holdId) then return end
  hold = holdIn(redis.call('HGET', KEYS[5], account.holdId))
  if not hold then return end
  hold.id = account.holdId
end

local function owns(seat)
  return hold ~= nil and redis.call('HGET', KEYS[4], seat) == 'h:' .. hold.id -- guard: owner of a seat
end

-- The whole hold as it now is.
local function answerHold()
  appendChange()
  if not hold then return answer('OK', '', '[]', 0, epoch, revision) end
  return answer('OK', hold.id, hold.seatsText or jsonList(hold.seats), hold.deadlineMs - now, epoch, revision)
end
