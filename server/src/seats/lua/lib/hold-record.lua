-- hold-record: reads what holds, buyers and budgets are written down as. A damaged record is nil, never a fault in the
-- middle of a change: it stays where it is for the audit to show, and everything around it goes on.
local function recordIn(text)
  local readable, record = pcall(cjson.decode, text or '')
  return readable and type(record) == 'table' and record or nil
end

-- What is known of a buyer or, of `g_<groupId>`, of a group. Nil also when a field of it is not what it should be.
local function accountIn(text)
  local account = recordIn(text)
  if not account or type(account.holdId) ~= 'string' or type(account.held) ~= 'number' or type(account.ordered) ~= 'number'
    or type(account.group or '') ~= 'string' or type(account.members or {}) ~= 'table' then return nil end
  if account.members and (type(account.version) ~= 'number' or type(account.host) ~= 'string') then return nil end
  return account
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

-- What is known of a buyer whose record is damaged: what `holds`, as HGETALL answers, say. The comparison of orders counts the
-- ordered seats anew (O7).
local function accountFrom(holds, buyer)
  local account = {holdId = '', held = 0, ordered = 0}
  for i = 1, #holds, 2 do
    local hold = holdIn(holds[i + 1])
    if hold and hold.buyer == buyer then
      account.holdId, account.held = holds[i], #hold.seats
    elseif hold and hold.shares and hold.shares[buyer] then
      account.group, account.held = string.sub(hold.buyer, 3), hold.shares[buyer]
    end
  end
  return account
end
