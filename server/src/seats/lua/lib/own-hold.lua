-- own-hold: the caller's account and live hold; an overdue one is ended first (H5).
-- needs end-hold
-- needs request-memory
-- Expects ARGV[2] buyer.
local buyer, hold, ordered, known = ARGV[2], nil, 0, nil

-- The answer that refuses whoever is in a group, whose commands are their way to seats (G2), or nil.
local function readOwnHold()
  local found = redis.call('HGET', KEYS[7], buyer)
  if not found then return nil end
  known = accountOf(buyer)
  ordered = known.ordered
  if known.group then return answer('IN_GROUP', known.group) end -- guard: in a group
  if known.holdId == '' or endIfOverdue(known.holdId) then return nil end
  hold = holdIn(redis.call('HGET', KEYS[5], known.holdId))
  if hold then hold.id = known.holdId end
  return nil
end

local function owns(seat)
  return hold ~= nil and redis.call('HGET', KEYS[4], seat) == 'h:' .. hold.id -- guard: owner of a seat
end

-- The whole hold as it now is; `beside`: what more the command answers.
local function answerHold(beside)
  appendChange()
  if not hold then return answer('OK', '', '[]', 0, epoch, revision, beside) end
  return answer('OK', hold.id, hold.seatsText or jsonList(hold.seats), hold.deadlineMs - now, epoch, revision, beside)
end
