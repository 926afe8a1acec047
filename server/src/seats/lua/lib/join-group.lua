-- join-group: what somebody who joins a group brings with them (G2).
-- needs group-hold

-- A hold that is live until this moment; an overdue one ends.
local function ownHoldOf(holdId)
  local own = not endIfOverdue(holdId) and holdIn(redis.call('HGET', KEYS[5], holdId))
  if own then own.id = holdId end
  return own
end

-- The seats of a new member's own hold become the group's and theirs. Without a clock of its own the group's runs from the
-- earliest start, and ends no sooner than the hold would have.
local function joinSeats(own, host, holdId, groupHoldMs, joined)
  local seats = {}
  for i, owner in ipairs(redis.call('HMGET', KEYS[4], unpack(own.seats))) do
    if owner == 'h:' .. own.id then seats[#seats + 1] = own.seats[i] end
  end
  redis.call('HDEL', KEYS[5], own.id)
  redis.call('ZREM', KEYS[6], own.id)
  countAddress(own.address, -#seats)
  if redis.call('HEXISTS', KEYS[9], own.buyer) == 1 then openBudget(host) end
  if own.buyer ~= host then chargeBudget(own.buyer, math.max(0, now - own.startedMs)) end
  tellHold(own.id, own, '[]', 'released', {})
  if #seats == 0 then return end
  if not hold then
    hold = {id = holdId, buyer = buyer, host = host, startedMs = own.startedMs, deadlineMs = 0, address = own.address, seats = {},
      shares = {}, isNew = true}
  end
  if hold.isNew then
    hold.startedMs = math.min(hold.startedMs, own.startedMs)
    hold.deadlineMs = math.max(hold.deadlineMs, own.deadlineMs, hold.startedMs + groupHoldMs)
    redis.call('ZADD', KEYS[6], hold.deadlineMs, hold.id)
  end
  giveSeats(seats, 'h:' .. hold.id)
  countAddress(hold.address, #seats)
  for _, seat in ipairs(seats) do
    hold.seats[#hold.seats + 1], joined[tostring(seat)] = seat, own.buyer
  end
  hold.shares[own.buyer] = (hold.shares[own.buyer] or 0) + #seats
end
