-- load-orders: what an epoch begins with beside holds: PostgreSQL's orders, and those that are still being written down (R7).
-- needs now
-- needs order-record
-- Expects KEYS[3] seats, KEYS[4] owners, KEYS[10] orders, KEYS[11] locks, ARGV[6] orders.
local orderedOf, inOrders = {}, {}

-- Orders on their way to PostgreSQL, with the moments since which they are. Read before the old state is deleted.
local locks = redis.call('ZRANGE', KEYS[11], 0, -1, 'WITHSCORES')
local lockTexts = {}
for i = 1, #locks, 2 do lockTexts[locks[i]] = redis.call('HGET', KEYS[10], locks[i]) end

local function putOrder(id, order, digit, text)
  local owners = {}
  for _, seat in ipairs(order.seats) do
    redis.call('SETRANGE', KEYS[3], seat, digit)
    owners[#owners + 1], owners[#owners + 2] = seat, 'o:' .. id
  end
  redis.call('HSET', KEYS[4], unpack(owners))
  redis.call('HSET', KEYS[10], id, text)
  for whose, count in pairs(countsOf(order, order.seats)) do orderedOf[whose] = (orderedOf[whose] or 0) + count end
  inOrders[id] = true
end

local function allFree(seats)
  if #seats == 0 then return false end
  for _, seat in ipairs(seats) do
    if redis.call('GETRANGE', KEYS[3], tostring(seat), tostring(seat)) ~= '0' then return false end
  end
  return true
end

local function putOrders()
  for _, order in ipairs(cjson.decode(ARGV[6])) do
    putOrder(order.id, order, order.status == 'paid' and '3' or '2', '{"buyer":' .. cjson.encode(order.buyer) ..
      ',"status":"' .. order.status .. '","deadlineMs":' .. now + order.remainingMs .. ',"startedMs":' .. now ..
      ',"holdId":"","holdDeadlineMs":0,"address":"","seats":[' .. table.concat(order.seats, ',') .. ']' ..
      (order.countsFor and ',"countsFor":' .. cjson.encode(order.countsFor) or '') ..
      (order.groupId and ',"group":{"holder":"g_' .. order.groupId .. '"}' or '') .. (order.late and ',"late":true' or '') .. '}')
  end
  for i = 1, #locks, 2 do
    local order = orderIn(lockTexts[locks[i]] or nil)
    if order and not inOrders[locks[i]] and allFree(order.seats) then
      putOrder(locks[i], order, '2', lockTexts[locks[i]])
      redis.call('ZADD', KEYS[11], locks[i + 1], locks[i])
    end
  end
end
