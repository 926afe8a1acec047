-- may-hold: whether the caller may hold more now, and whose a seat is.
-- needs own-hold
-- Expects ARGV[4] limits: '' or JSON {address, addressMax, budgetMs}.
local limits = {address = '', addressMax = 0, budgetMs = 0}
if ARGV[4] ~= '' then limits = cjson.decode(ARGV[4]) end

-- What refuses any hold at this moment, or nil (H10, H12). The budget, a group's host's, matters when a hold begins.
local function refusalNow()
  local open = status == 'on_sale' or (status == 'scheduled' and opensAtMs > 0 and opensAtMs <= now)
  if not open then return {'NOT_ON_SALE'} end -- guard: sale
  if hold or limits.budgetMs == 0 then return nil end
  local budget = budgetOf(known and known.host or buyer)
  if not budget then return nil end
  local retryInMs = budget.windowStartMs + 3600000 - now
  if budget.usedMs >= limits.budgetMs then return {'COOL_DOWN', retryInMs} end -- guard: budget
  return nil
end

-- What refuses `growth` more seats from the hold's address, or nil.
local function refusalFromAddress(growth)
  local address = hold and hold.address or limits.address
  if growth <= 0 or address == '' or limits.addressMax == 0 then return nil end
  local held = tonumber(redis.call('HGET', KEYS[8], address) or 0)
  if held + growth > limits.addressMax then return {'LIMIT_EXCEEDED'} end -- guard: per-address limit
  return nil
end

-- What refuses a hold of `growth` more seats, or nil (H8).
local function refusalOf(growth)
  if growth <= 0 then return nil end
  local held = hold and #hold.seats or 0
  if held + ordered + growth > maxSeatsPerBuyer then return {'LIMIT_EXCEEDED'} end -- guard: per-buyer limit
  return refusalFromAddress(growth)
end

-- 'free', 'mine' or 'taken'; an overdue holder is ended on the way (H5).
local function whoseIs(seat)
  local at = tostring(seat)
  local state = redis.call('GETRANGE', KEYS[3], at, at)
  if state == '0' then return 'free' end
  if state ~= '1' then return 'taken' end
  if owns(seat) then return 'mine' end
  local owner = redis.call('HGET', KEYS[4], seat)
  if owner and endIfOverdue(string.sub(owner, 3)) and redis.call('GETRANGE', KEYS[3], at, at) == '0' then return 'free' end
  return 'taken'
end
