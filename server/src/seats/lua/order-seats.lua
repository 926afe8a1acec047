-- order-seats: a buyer's live hold, or the listed part of it, becomes the seats of an order that is to be written down (O1).
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
-- use leave-hold
--
-- A script, because the hold may end between the look and the order. Until PostgreSQL confirms it, the order is in locks.
-- Cost O(n), n = seats ordered. Clock: Redis TIME, never the caller's.
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
-- ARGV[2] buyer
-- ARGV[3] orderId
-- ARGV[4] seats      JSON array of seats; '': the whole hold
-- ARGV[5] paymentMs  integer, ms: how long payment may take
--
-- Reply {"OK", holdId, seats as JSON, epoch, revision} | {"NO_HOLD"} | {"IN_GROUP", groupId} | {"NOT_ON_SALE"} | {"BAD_REQUEST"}
--   | {"WRONG_EPOCH", epoch} | {"NO_MAP"}
local buyer, orderId = ARGV[2], ARGV[3]
local wanted = ARGV[4] ~= '' and cjson.decode(ARGV[4])
if wanted and not isSeatList(wanted) then return {'BAD_REQUEST'} end
local account = accountOf(buyer)
if account.group then return {'IN_GROUP', account.group} end -- guard: order in a group
if status == 'closed' then return {'NOT_ON_SALE'} end -- a live hold may be ordered while the sale is paused (O14)
local holdId = account.holdId
local hold = holdId ~= '' and not endIfOverdue(holdId) and holdIn(redis.call('HGET', KEYS[5], holdId) or nil)
if not hold then
  appendChange()
  return {'NO_HOLD'}
end
wanted = wanted or {unpack(hold.seats)}
for _, seat in ipairs(wanted) do
  if redis.call('HGET', KEYS[4], seat) ~= 'h:' .. holdId then return {'NO_HOLD'} end
end
table.sort(wanted)

leaveHold(holdId, hold, wanted)
giveSeats(wanted, 'o:' .. orderId, '2')
local order = {buyer = buyer, status = 'pending', deadlineMs = now + tonumber(ARGV[5]), seats = wanted, holdId = holdId,
  holdDeadlineMs = hold.deadlineMs, startedMs = #hold.seats == 0 and hold.startedMs or now, address = hold.address}
writeOrder(orderId, order)
redis.call('ZADD', KEYS[11], now, orderId)
countOrdered(buyer, #wanted)
tellOrder(orderId, order, packed(wanted, 2))
appendChange()
return {'OK', holdId, jsonList(wanted), epoch, revision}
