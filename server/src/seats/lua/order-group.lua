-- order-group: a group's whole hold becomes the seats of one order or of one a member, in one step (G10, G11).
-- use map-header
-- use now
-- use append-change
-- use hold-record
-- use write-records
-- use hold-records
-- use write-seats
-- use end-hold
-- use seat-lists
-- use order-record
-- use order-records
--
-- A script, because the hold may end between the look and the orders, and a group has all of its seats or none (G1).
-- Until PostgreSQL confirms them, the orders are in locks. Cost O(n), n = seats ordered. Clock: Redis TIME, never the caller's.
--
-- KEYS[1] meta       hash    the map's facts
-- KEYS[2] log        stream  one entry a change; its id is <epoch>-<revision>
-- KEYS[3] seats      string  one byte a seat: its state
-- KEYS[4] owners     hash    seat -> the hold or order that has it
-- KEYS[5] holds      hash    holdId -> JSON {buyer, deadlineMs, startedMs, address, seats}, of a group also host, extended, shares
-- KEYS[6] deadlines  zset    holdId, scored by deadline in Unix ms
-- KEYS[7] buyers     hash    buyer -> JSON {holdId, held, ordered}, in a group also group; of a group version, host, members
-- KEYS[8] addresses  hash    hashed address -> held seats
-- KEYS[9] budgets    hash    buyer -> JSON {windowStartMs, usedMs}
-- KEYS[10] orders     hash    orderId -> JSON {buyer, status, deadlineMs, startedMs, holdId, holdDeadlineMs, address, seats, group, countsFor}
-- KEYS[11] locks      zset    orders that PostgreSQL has not confirmed, scored by when their seats were taken, Unix ms
-- ARGV[1] epoch      integer
-- ARGV[2] holder     g_<groupId>
-- ARGV[3] holdId
-- ARGV[4] orders     JSON array of {orderId, buyer, seats, countsFor?: {seat: friend}}; together every seat of the hold, once
-- ARGV[5] paymentMs  integer, ms: how long payment may take
--
-- Reply {"OK", epoch, revision} | {"NO_HOLD"} | {"LIMIT_EXCEEDED"} | {"BAD_REQUEST"} | {"WRONG_EPOCH", epoch} | {"NO_MAP"}
local holder, holdId, orders = ARGV[2], ARGV[3], cjson.decode(ARGV[4])
local account = accountOf(holder)
local hold = account.holdId == holdId and not endIfOverdue(holdId) and holdIn(redis.call('HGET', KEYS[5], holdId)) -- guard: the hold that is ordered
if not hold or not hold.shares then
  appendChange()
  return {'NO_HOLD'}
end

local named, count, buyers, ids, shares = {}, 0, {}, {}, {}
for _, order in ipairs(orders) do
  if not isSeatList(order.seats) or buyers[order.buyer] then return {'BAD_REQUEST'} end
  for _, seat in ipairs(order.seats) do
    if named[seat] then return {'BAD_REQUEST'} end -- guard: a seat in two orders
    if redis.call('HGET', KEYS[4], seat) ~= 'h:' .. holdId then return {'NO_HOLD'} end -- guard: seats of the hold
    named[seat], count = true, count + 1
  end
  buyers[order.buyer], ids[#ids + 1] = true, order.orderId
  for whose, seats in pairs(countsOf(order, order.seats)) do shares[whose] = (shares[whose] or 0) + seats end
end
if count ~= #hold.seats then return {'NO_HOLD'} end -- guard: the whole hold
for member, seats in pairs(shares) do
  if accountOf(member).ordered + seats > maxSeatsPerBuyer then return {'LIMIT_EXCEEDED'} end -- guard: per-buyer limit
end

redis.call('HDEL', KEYS[5], holdId)
redis.call('ZREM', KEYS[6], holdId)
countAddress(hold.address, -count)
for member in pairs(hold.shares) do writeShare(holder, member, 0) end
writeBuyer(holder, '', 0, 0, account)
tellHold(holdId, hold, '[]', 'ordered', {})
for _, one in ipairs(orders) do
  table.sort(one.seats)
  giveSeats(one.seats, 'o:' .. one.orderId, '2')
  local order = {buyer = one.buyer, countsFor = one.countsFor, status = 'pending', deadlineMs = now + tonumber(ARGV[5]), seats = one.seats, holdId = holdId,
    holdDeadlineMs = hold.deadlineMs, startedMs = one.buyer == hold.host and hold.startedMs or now, address = hold.address,
    group = {holder = holder, host = hold.host, startedMs = hold.startedMs, extended = hold.extended or 0, orders = ids,
      shares = countsOf(one, one.seats)}}
  writeOrder(one.orderId, order)
  redis.call('ZADD', KEYS[11], now, one.orderId)
  countSeats(one, one.seats, 1)
  tellOrder(one.orderId, order, packed(one.seats, 2))
end
appendChange()
return {'OK', epoch, revision}
