-- leave-hold: seats of a buyer's hold become an order's; the rest of the hold goes on with its clock (O1).
-- needs order-records
-- Expects the keys of order-records.
local function leaveHold(holdId, hold, leaving)
  local left, rest = {}, {}
  for _, seat in ipairs(leaving) do left[seat] = true end
  for _, seat in ipairs(hold.seats) do
    if not left[seat] then rest[#rest + 1] = seat end
  end
  hold.seats = rest
  if #rest == 0 then
    redis.call('HDEL', KEYS[5], holdId)
    redis.call('ZREM', KEYS[6], holdId)
  else
    writeHold(holdId, hold)
  end
  local account = accountOf(hold.buyer)
  writeBuyer(hold.buyer, #rest > 0 and holdId or '', #rest, account.ordered, account)
  countAddress(hold.address, -#leaving)
  tellHold(holdId, hold, jsonList(rest), 'ordered', {})
end
