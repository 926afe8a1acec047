-- move-order: an order goes to another buyer.
-- needs order-records
-- A guest's order that an account claimed (U8): it counts for the account from now on, whose hold ends where both are too much.
local function moveToBuyer(orderId, order, buyer)
  if order.buyer == buyer or buyer == '' then return false end
  countOrdered(order.buyer, -#order.seats)
  countOrdered(buyer, #order.seats)
  tellOrder(orderId, {buyer = order.buyer, deadlineMs = order.deadlineMs, seats = {}, status = order.status}, {})
  order.buyer = buyer
  local account = accountOf(buyer)
  local holdId = account.group and accountOf('g_' .. account.group).holdId or account.holdId
  local hold = account.held + account.ordered > maxSeatsPerBuyer and holdIn(redis.call('HGET', KEYS[5], holdId) or nil)
  if hold then endHold(holdId, hold, 'lost') end
  return true
end
