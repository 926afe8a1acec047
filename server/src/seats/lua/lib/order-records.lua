-- order-records: how an order and its buyer's count are written down and told (O3).
-- needs end-hold
-- needs order-record
-- Expects KEYS[10] orders, KEYS[11] locks and those of end-hold.
local function readOrder(orderId)
  return orderIn(redis.call('HGET', KEYS[10], orderId) or nil)
end

local function countOrdered(buyer, growth)
  if growth == 0 then return end
  local account = accountOf(buyer)
  writeBuyer(buyer, account.holdId, account.held, account.ordered + growth, account)
end

-- `growth`: 1 or -1 a seat.
local function countSeats(order, seats, growth)
  if not order.countsFor then return countOrdered(order.buyer, growth * #seats) end
  for whose, count in pairs(countsOf(order, seats)) do countOrdered(whose, growth * count) end
end

-- The seats of the list whose owner is this order.
local function seatsOwnedBy(orderId, seats)
  local own = {}
  for _, seat in ipairs(seats) do
    if redis.call('HGET', KEYS[4], seat) == 'o:' .. orderId then own[#own + 1] = seat end
  end
  return own
end

local function packed(seats, digit)
  local changes = {}
  for i, seat in ipairs(seats) do changes[i] = seat * 8 + digit end
  return changes
end

-- An order of a group also says how to give its seats back to the group's hold (O2); `lent`: seat -> the hold of its buyer that
-- a seat change took it from, {holdId, deadlineMs, startedMs, address, again: it was the order's before}, until settled (O8);
-- `countsFor`: seat -> the friend whose it is for the limit (G10).
local function writeOrder(orderId, order)
  redis.call('HSET', KEYS[10], orderId, '{"buyer":' .. cjson.encode(order.buyer) .. ',"status":"' .. order.status ..
    '","deadlineMs":' .. order.deadlineMs .. ',"startedMs":' .. order.startedMs .. ',"holdId":"' .. order.holdId ..
    '","holdDeadlineMs":' .. order.holdDeadlineMs .. ',"address":' .. cjson.encode(order.address) ..
    ',"seats":' .. jsonList(order.seats) .. (order.group and ',"group":' .. cjson.encode(order.group) or '') ..
    (order.lent and next(order.lent) and ',"lent":' .. cjson.encode(order.lent) or '') ..
    (order.countsFor and next(order.countsFor) and ',"countsFor":' .. cjson.encode(order.countsFor) or '') ..
    (order.late and ',"late":true' or '') .. '}')
end

-- The order after an operation: `changes` are packed as seat * 8 + state.
local function tellOrder(orderId, order, changes)
  operations[#operations + 1] = '{"k":"order","o":"' .. orderId .. '","b":' .. cjson.encode(order.buyer) ..
    ',"d":' .. order.deadlineMs .. ',"s":' .. jsonList(order.seats) .. ',"st":"' .. order.status ..
    '","c":' .. jsonList(changes) .. '}'
end
