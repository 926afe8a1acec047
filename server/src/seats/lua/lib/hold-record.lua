-- hold-record: reads what holds, buyers and budgets are written down as. A damaged record is nil, never a fault in the
-- middle of a change: it stays where it is for the audit to show, and everything around it goes on.
local function recordIn(text)
  local readable, record = pcall(cjson.decode, text or '')
  return readable and type(record) == 'table' and record or nil
end

local function holdIn(text)
  local hold = recordIn(text)
  if not hold or type(hold.buyer) ~= 'string' or hold.buyer == '' or type(hold.address) ~= 'string'
    or type(hold.startedMs) ~= 'number' or type(hold.deadlineMs) ~= 'number' or type(hold.seats) ~= 'table'
    or type(hold.shares or {}) ~= 'table' then return nil end
  for _, seat in ipairs(hold.seats) do
    if type(seat) ~= 'number' or seat % 1 ~= 0 or seat < 0 then return nil end
  end
  return hold
end
