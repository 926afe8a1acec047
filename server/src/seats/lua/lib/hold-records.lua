-- hold-records: a hold's address and budget, and how it is told.
-- needs append-change
-- needs write-records
-- Expects KEYS[8] addresses, KEYS[9] budgets.

-- Seats are counted under the address with which their hold began; '' is not counted.
local function countAddress(address, growth)
  if address == '' or growth == 0 then return end
  if redis.call('HINCRBY', KEYS[8], address, growth) <= 0 then redis.call('HDEL', KEYS[8], address) end
end

-- The squatting budget: how long a buyer's holds lasted within the hour that began with the first of them (H12).
local function budgetOf(buyer)
  local known = recordIn(redis.call('HGET', KEYS[9], buyer) or nil)
  if known and type(known.windowStartMs) == 'number' and type(known.usedMs) == 'number'
    and known.windowStartMs + 3600000 > now then return known end
  return nil
end

local function writeBudget(buyer, windowStartMs, usedMs)
  redis.call('HSET', KEYS[9], buyer, '{"windowStartMs":' .. windowStartMs .. ',"usedMs":' .. usedMs .. '}')
end

-- A hold begins whose buyer has a budget: who has none has no record, and is not charged.
local function openBudget(buyer)
  if not budgetOf(buyer) then writeBudget(buyer, now, 0) end
end

-- A window that ended meanwhile is followed by one that begins with what is charged.
local function chargeBudget(buyer, lastedMs)
  if redis.call('HEXISTS', KEYS[9], buyer) == 0 then return end -- guard: no budget
  local budget = budgetOf(buyer) or {windowStartMs = now - lastedMs, usedMs = 0}
  writeBudget(buyer, budget.windowStartMs, budget.usedMs + lastedMs)
end

-- The buyer's hold after an operation: `seats` (JSON) of it are left, `changes` are packed as seat * 8 + state.
local function tellHold(holdId, hold, seats, reason, changes)
  operations[#operations + 1] = '{"k":"hold","h":"' .. holdId .. '","b":' .. cjson.encode(hold.buyer) ..
    ',"d":' .. hold.deadlineMs .. ',"s":' .. seats .. ',"r":"' .. reason .. '","c":' .. jsonList(changes) .. '}'
end
