-- order-record: reads what an order is written down as. A damaged record is nil, never a fault in the middle of a change: how
-- the order is, PostgreSQL says (O7).
-- needs hold-record
local function orderIn(text)
  local order = recordIn(text)
  if not order or type(order.buyer) ~= 'string' or type(order.status) ~= 'string' or type(order.address) ~= 'string'
    or type(order.deadlineMs) ~= 'number' or type(order.startedMs) ~= 'number' or type(order.holdId) ~= 'string'
    or type(order.holdDeadlineMs) ~= 'number' or type(order.seats) ~= 'table' or type(order.group or {}) ~= 'table'
    or type(order.lent or {}) ~= 'table' then return nil end
  for _, from in pairs(order.lent or {}) do
    if type(from) ~= 'table' or type(from.holdId) ~= 'string' or type(from.deadlineMs) ~= 'number'
      or type(from.startedMs) ~= 'number' or type(from.address) ~= 'string' then return nil end
  end
  for _, seat in ipairs(order.seats) do
    if type(seat) ~= 'number' or seat % 1 ~= 0 or seat < 0 then return nil end
  end
  return order
end
