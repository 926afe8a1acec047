-- return-group: a group's orders that PostgreSQL does not have give their seats back to the group's hold, all at once (G1, O2).
-- needs group-seats-back
-- Whoever joined a group meanwhile has no hold of their own: the group's takes the seats in (G2).
local function groupJoinedBy(orderId, order)
  local account = accountOf(order.buyer)
  if not account.group then return nil end
  local holder = 'g_' .. account.group
  return {holder = holder, host = accountOf(holder).host or order.buyer, startedMs = order.startedMs, extended = 0,
    orders = {orderId}, shares = {[order.buyer] = #order.seats}, joins = true}
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
