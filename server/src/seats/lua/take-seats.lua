-- take-seats: an order secures more seats, all of them or none, before it lets any go: a seat change, a late claim (O8, O10).
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
-- A script, because two buyers want overlapping seats. Free seats and those of the buyer's own hold can be taken. What
-- PostgreSQL then does not confirm is let go again: until settled, the order is in locks. Nobody's limit (H8) is asked: a
-- change takes no more than it lets go, and seats that were paid late are beside the limit (O10).
-- Cost O(n), n = seats named, and the sizes of overdue holds on them. Clock: Redis TIME, never the caller's.
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
-- ARGV[4] take       JSON array of seats
-- ARGV[5] facts      JSON {status, live: seats it has, had: and ever had, remainingMs, countsFor?: {seat: friend} of those
--   to take, late: paid for; the sale's state says nothing}
--
-- Reply {"OK", epoch, revision} | {"SEAT_TAKEN", seats as JSON} | {"NOT_ON_SALE"} | {"BAD_REQUEST"} | {"WRONG_EPOCH", epoch}
--   | {"NO_MAP"}
local buyer, orderId, take, facts = ARGV[2], ARGV[3], cjson.decode(ARGV[4]), cjson.decode(ARGV[5])
if not isSeatList(take) then return {'BAD_REQUEST'} end
local open = status == 'on_sale' or (status == 'scheduled' and opensAtMs > 0 and opensAtMs <= now)
if not open and not facts.late then return {'NOT_ON_SALE'} end -- O8, H10
local holdId = accountOf(buyer).holdId
local hold = holdId ~= '' and not endIfOverdue(holdId) and holdIn(redis.call('HGET', KEYS[5], holdId) or nil)
if not hold then holdId = '' end

local free, held, taken = {}, {}, {}
for _, seat in ipairs(take) do
  local at = tostring(seat)
  local owner = redis.call('HGET', KEYS[4], seat)
  if owner and owner == 'h:' .. holdId then
    held[#held + 1] = seat
  elseif owner ~= 'o:' .. orderId then
    if owner and string.sub(owner, 1, 2) == 'h:' then endIfOverdue(string.sub(owner, 3)) end
    if redis.call('GETRANGE', KEYS[3], at, at) == '0' then free[#free + 1] = seat else taken[#taken + 1] = seat end
  end
end
if #taken > 0 then
  appendChange()
  return {'SEAT_TAKEN', jsonList(taken)}
end

local order = readOrder(orderId) or {buyer = buyer, deadlineMs = now + facts.remainingMs, startedMs = now, holdId = '',
  holdDeadlineMs = 0, address = '', seats = {}}
-- What the order has by now was confirmed; what it takes from a hold goes back there unless that is confirmed too.
local lent, had = order.lent or {}, {}
for _, seat in ipairs(facts.live) do lent[tostring(seat)] = nil end
for _, seat in ipairs(facts.had) do had[seat] = true end
for _, seat in ipairs(held) do
  free[#free + 1] = seat
  lent[tostring(seat)] = {holdId = holdId, deadlineMs = hold.deadlineMs, startedMs = hold.startedMs, address = hold.address,
    again = had[seat]}
end
if #held > 0 then leaveHold(holdId, hold, held) end
giveSeats(free, 'o:' .. orderId, '2')
for _, seat in ipairs(free) do order.seats[#order.seats + 1] = seat end
table.sort(order.seats)
order.status, order.late, order.lent, order.countsFor = facts.status, order.late or facts.late, lent, order.countsFor or {}
for _, seat in ipairs(free) do order.countsFor[tostring(seat)] = facts.countsFor and facts.countsFor[tostring(seat)] end
writeOrder(orderId, order)
redis.call('ZADD', KEYS[11], now, orderId)
countSeats(order, free, 1)
tellOrder(orderId, order, packed(free, 2))
appendChange()
return {'OK', epoch, revision}
