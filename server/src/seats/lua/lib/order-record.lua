-- order-record: reads what an order is written down as. A damaged record is nil, never a fault in the middle of a change: how
-- the order is, PostgreSQL says (O7).
-- needs hold-record
local function orderIn(text)
  local order = recordIn(text)
  if not order or type(order.buyer) ~= 'string' or type(order.status) ~= 'string' or type(order.address) ~= 'string'
    or type(order.deadlineMs) ~= 'number' or type(order.startedMs) ~= 'number' or type(order.holdId) ~= 'string'
    or type(order.holdDeadlineMs) ~= 'number' or type(order.seats) ~= 'table' or type(order.group or {}) ~= 'table'
    or type(order.lent or {}) ~= 'table' or type(order.countsFor or {}) ~= 'table' then return nil end
  for _, from in pairs(order.lent or {}) do
    if type(from) ~= 'table' or type(from.holdId) ~= 'string' or type(from.deadlineMs) ~= 'number'
      or type(from.startedMs) ~= 'number' or type(from.address) ~= 'string' then return nil end
  end
  for _, friend in pairs(order.countsFor or {}) do
    if type(friend) ~= 'string' then return nil end
  end
  for _, seat in ipairs(order.seats) do
    if type(seat) ~= 'number' or seat % 1 ~= 0 or seat < 0 then return nil end
  end
  return order
end

-- Whom a seat of an order counts against (H8): its buyer or, in the one order of a group, whoever `countsFor` says (G10).
local function countedBy(order, seat) return order.countsFor and order.countsFor[tostring(seat)] or order.buyer end

-- How many of the seats count against each.
local function countsOf(order, seats)
  if not order.countsFor then return {[order.buyer] = #seats} end
  local counts = {}
  for _, seat in ipairs(seats) do
    local whose = countedBy(order, seat)
    counts[whose] = (counts[whose] or 0) + 1
  end
  return counts
end
