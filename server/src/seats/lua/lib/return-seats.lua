-- return-seats: seats that an order has from its buyer's hold and does not keep go back to it (O2, O8).
-- needs order-records
-- `from`: {holdId, deadlineMs, startedMs, address} of that hold, which gets its old deadline; a hold that the buyer began
-- meanwhile takes the seats in with its own clock.
local function returnSeats(buyer, seats, from)
  local account = accountOf(buyer)
  if account.holdId ~= '' and endIfOverdue(account.holdId) then account = accountOf(buyer) end
  local holdId = account.holdId
  local hold = holdId ~= '' and holdIn(redis.call('HGET', KEYS[5], holdId) or nil)
  if not hold then
    holdId = from.holdId
    hold = {buyer = buyer, deadlineMs = from.deadlineMs, startedMs = from.startedMs, address = from.address, seats = {}}
  end
  for _, seat in ipairs(seats) do hold.seats[#hold.seats + 1] = seat end
  giveSeats(seats, 'h:' .. holdId)
  writeHold(holdId, hold)
  redis.call('ZADD', KEYS[6], hold.deadlineMs, holdId)
  writeBuyer(buyer, holdId, #hold.seats, account.ordered, account)
  countAddress(hold.address, #seats)
  tellHold(holdId, hold, hold.seatsText, 'held', packed(seats, 1))
end

-- Of an order that is settled: what a seat change took from a hold whose time is not over, and PostgreSQL does not have, as
-- {{seats, from}, ...}, and the set of these seats. Who is in a group by now has no hold of their own.
local function seatsLent(orderId, order, live, gone)
  local lists, isBack = {}, {}
  if not order or not order.lent or accountOf(order.buyer).group then return lists, isBack end
  for _, seat in ipairs(seatsOwnedBy(orderId, order.seats)) do
    local from = order.lent[tostring(seat)]
    if from and not live[seat] and from.deadlineMs > now and (from.again or not gone[seat]) then
      local last = lists[#lists]
      if not last or last.from.holdId ~= from.holdId then
        last = {from = from, seats = {}}
        lists[#lists + 1] = last
      end
      last.seats[#last.seats + 1], isBack[seat] = seat, true
    end
  end
  return lists, isBack
end
