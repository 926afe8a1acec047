-- move-order: seats of an order go to somebody else: an account claimed what was a guest's, their order or a seat of theirs in a
-- friend's (U8).
-- needs order-records

-- Those against whom seats will count that the order has already, and that counted against somebody else.
local function takersOf(order, facts)
  local had, takers = {}, {}
  if order.buyer == facts.buyer and not order.countsFor and not facts.countsFor then return takers end
  for _, seat in ipairs(order.seats) do had[seat] = true end
  for _, seat in ipairs(facts.live) do
    local whose = countedBy(facts, seat)
    if had[seat] and whose ~= countedBy(order, seat) then takers[whose] = true end
  end
  return takers
end

-- Once the seats are counted: the hold of whoever then has too many ends.
local function endExcessHolds(takers)
  for buyer in pairs(takers) do
    local account = accountOf(buyer)
    local holdId = account.group and accountOf('g_' .. account.group).holdId or account.holdId
    local hold = account.held + account.ordered > maxSeatsPerBuyer and holdIn(redis.call('HGET', KEYS[5], holdId) or nil)
    if hold then endHold(holdId, hold, 'lost') end
  end
end
