-- return-group: a group's orders that PostgreSQL does not have give their seats back to the group's hold, all at once (G1, O2).
-- needs order-records
-- Whoever joined a group meanwhile has no hold of their own: the group's takes the seats in (G2).
local function groupJoinedBy(orderId, order)
  local account = accountOf(order.buyer)
  if not account.group then return nil end
  local holder = 'g_' .. account.group
  return {holder = holder, host = accountOf(holder).host or order.buyer, startedMs = order.startedMs, extended = 0,
    orders = {orderId}, shares = {[order.buyer] = #order.seats}, joins = true}
end

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

-- 'held': they are the group's again, with the hold's old clock; 'freed': that is past, nobody is in it any more, too many left
-- for the host's limit (G7), or the group has taken another block meanwhile, which stays its only one (G1).
local function returnToGroup(orderId, order)
  local group, holder, host, account = order.group, order.group.holder, order.group.host, accountOf(order.group.holder)
  if account.holdId ~= '' and endIfOverdue(account.holdId) then account.holdId = '' end
  local seats, shares = takeBack(orderId, order)
  local another = account.holdId ~= '' and not group.joins -- guard: one block
  local back, isTooMuch = sharesBack(holder, host, shares)
  if order.holdDeadlineMs <= now or not account.members or another or isTooMuch or #seats == 0 then
    freeSeats(seats)
    chargeBudget(host, math.max(0, now - group.startedMs))
    if #seats > 0 then operations[#operations + 1] = '{"k":"seats","c":' .. jsonList(packed(seats, 0)) .. '}' end
    return 'freed'
  end
  local hold = account.holdId ~= '' and holdIn(redis.call('HGET', KEYS[5], account.holdId)) or {buyer = holder, host = host,
    deadlineMs = order.holdDeadlineMs, startedMs = group.startedMs, address = order.address, extended = group.extended,
    seats = {}, shares = {}}
  local holdId = account.holdId ~= '' and account.holdId or order.holdId
  for _, seat in ipairs(seats) do hold.seats[#hold.seats + 1] = seat end
  for member, count in pairs(back) do hold.shares[member] = (hold.shares[member] or 0) + count end
  giveSeats(seats, 'h:' .. holdId)
  writeHold(holdId, hold)
  redis.call('ZADD', KEYS[6], hold.deadlineMs, holdId)
  for member, count in pairs(hold.shares) do writeShare(holder, member, count) end
  writeBuyer(holder, holdId, #hold.seats, 0, account)
  countAddress(hold.address, #seats)
  tellHold(holdId, hold, hold.seatsText, 'held', packed(seats, 1))
  return 'held'
end
