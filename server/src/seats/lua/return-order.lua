-- return-order: an order that PostgreSQL does not have gives its seats back to the hold they came from (O2).
-- use map-header
-- use now
-- use append-change
-- use hold-record
-- use write-records
-- use hold-records
-- use write-seats
-- use end-hold
-- use order-record
-- use order-records
-- use return-seats
-- use group-seats-back
-- use return-group
--
-- A script, because the owner is compared and the seat given back at one moment. Idempotent. The hold gets its old
-- deadline; when that is past the seats are free; a hold that the buyer began meanwhile takes them in with its own clock.
-- A group's order comes back with the others of its step, to the group's hold.
-- Cost O(n), n = seats of the order. Clock: Redis TIME, never the caller's.
--
-- KEYS[1] meta       hash    the map's facts
-- KEYS[2] log        stream  one entry a change; its id is <epoch>-<revision>
-- KEYS[3] seats      string  one byte a seat: its state
-- KEYS[4] owners     hash    seat -> the hold or order that has it
-- KEYS[5] holds      hash    holdId -> JSON {buyer, deadlineMs, startedMs, address, seats}
-- KEYS[6] deadlines  zset    holdId, scored by deadline in Unix ms
-- KEYS[7] buyers     hash    buyer -> JSON {holdId, held, ordered}
-- KEYS[8] addresses  hash    hashed address -> held seats
-- KEYS[9] budgets    hash    buyer -> JSON {windowStartMs, usedMs}
-- KEYS[10] orders     hash    orderId -> JSON {buyer, status, deadlineMs, startedMs, holdId, holdDeadlineMs, address, seats}
-- KEYS[11] locks      zset    orders that PostgreSQL has not confirmed, scored by when their seats were taken, Unix ms
-- ARGV[1] epoch      integer
-- ARGV[2] orderId
--
-- Reply {"OK", "held", "freed" or "gone", revision} | {"WRONG_EPOCH", epoch} | {"NO_MAP"}
local orderId = ARGV[2]
local order = readOrder(orderId)
redis.call('ZREM', KEYS[11], orderId)
if not order then return {'OK', 'gone', revision} end
order.group = order.group and order.group.orders and order.group or groupJoinedBy(orderId, order)
if order.group then
  local outcome = returnToGroup(orderId, order)
  appendChange()
  return {'OK', outcome, revision}
end
local own = seatsOwnedBy(orderId, order.seats)
redis.call('HDEL', KEYS[10], orderId)
countSeats(order, order.seats, -1)
order.seats, order.status = {}, 'cancelled'

local outcome = 'freed'
if order.holdDeadlineMs > now and #own > 0 then
  outcome = 'held'
  tellOrder(orderId, order, {})
  returnSeats(order.buyer, own, {holdId = order.holdId, deadlineMs = order.holdDeadlineMs, startedMs = order.startedMs,
    address = order.address})
else
  freeSeats(own)
  chargeBudget(order.buyer, math.max(0, now - order.startedMs))
  tellOrder(orderId, order, packed(own, 0))
end
appendChange()
return {'OK', outcome, revision}
