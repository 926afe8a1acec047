-- group-seats-back: what comes back of a group's orders that PostgreSQL does not have, and whom it counts against (G1, G7, O2).
-- needs order-records
-- PostgreSQL has all orders of one step or none of them: the others come back with the one that is named.
local function takeBack(orderId, order)
  local seats, shares = {}, {}
  for _, id in ipairs(order.group.orders) do
    local one = id == orderId and order or readOrder(id)
    if one and one.group and one.group.shares and (redis.call('ZREM', KEYS[11], id) == 1 or id == orderId) then -- guard: confirmed orders stay
      for _, seat in ipairs(seatsOwnedBy(id, one.seats)) do seats[#seats + 1] = seat end
      for member, count in pairs(one.group.shares) do shares[member] = (shares[member] or 0) + count end
      redis.call('HDEL', KEYS[10], id)
      countSeats(one, one.seats, -1)
      one.seats, one.status = {}, 'cancelled'
      tellOrder(id, one, {})
    end
  end
  return seats, shares
end

-- Shares as they would come back, those of who left meanwhile the host's; and whether these take the host above the limit.
local function sharesBack(holder, host, shares)
  local back, inherited, account = {}, 0, accountOf(host)
  for member, count in pairs(shares) do
    local isIn = accountOf(member).group == string.sub(holder, 3)
    if not isIn then inherited = inherited + count end
    local counts = isIn and member or host
    back[counts] = (back[counts] or 0) + count
  end
  local total = account.held + account.ordered + (back[host] or 0)
  return back, inherited > 0 and total > maxSeatsPerBuyer
end
