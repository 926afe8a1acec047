-- settle-order: the map follows an order as PostgreSQL has it: its seats ordered or sold, those it no longer has free (O4).
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
-- use move-order
-- use return-seats
-- use take-over
--
-- A script, because owners are compared and seats freed at one moment. Idempotent. Frees only what the order owns (O5);
-- takes its seats from whoever has them: PostgreSQL decides, a hold that is in the way is lost as a whole.
-- Cost O(n), n = seats that the order ever had, and the sizes of holds in the way. Clock: Redis TIME, never the caller's.
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
-- ARGV[3] facts      JSON {buyer, status, live: seats it has, ascending, gone: seats it had, countsFor?: {seat: friend}, remainingMs, groupId?,
--   late: paid late (O10)}
--
-- Reply {"OK", seats that changed, revision} | {"WRONG_EPOCH", epoch} | {"NO_MAP"}
local orderId, facts, known = ARGV[2], cjson.decode(ARGV[3]), readOrder(ARGV[2])
local digit = facts.status == 'paid' and 3 or 2
local had = known and known.seats or {}
local live, gone, taken, changes = {}, {}, {}, {}
redis.call('ZREM', KEYS[11], orderId)
for _, seat in ipairs(facts.live) do live[seat] = true end
for _, seat in ipairs(facts.gone) do gone[seat] = true end

local back, isBack = seatsLent(orderId, known, live, gone)
for _, seats in ipairs({had, facts.gone}) do
  for _, seat in ipairs(seatsOwnedBy(orderId, seats)) do
    if not live[seat] and not isBack[seat] then
      freeSeats({seat})
      changes[#changes + 1] = seat * 8
    end
  end
end

for _, seat in ipairs(facts.live) do
  local owner = redis.call('HGET', KEYS[4], seat)
  if owner and owner ~= 'o:' .. orderId then takeFrom(owner, seat) end
  if owner ~= 'o:' .. orderId or redis.call('GETRANGE', KEYS[3], tostring(seat), tostring(seat)) ~= tostring(digit) then
    taken[#taken + 1], changes[#changes + 1] = seat, seat * 8 + digit
  end
end
giveSeats(taken, 'o:' .. orderId, tostring(digit))

local order = known or {buyer = facts.buyer, deadlineMs = now + facts.remainingMs, startedMs = now, holdId = '',
  holdDeadlineMs = 0, address = '', status = '', group = facts.groupId and {holder = 'g_' .. facts.groupId}}
local takers = known and takersOf(known, facts) or {}
local same = not next(takers) and order.status == facts.status and jsonList(had) == jsonList(facts.live)
  and order.buyer == facts.buyer and order.late == facts.late
countSeats(order, had, -1)
if order.buyer ~= facts.buyer then
  order.seats = {}
  tellOrder(orderId, order, {})
  order.buyer = facts.buyer
end
order.countsFor, order.late = facts.countsFor, facts.late
countSeats(order, facts.live, 1)
if #facts.live > 0 then
  same = same and not order.lent
  order.seats, order.status, order.lent = facts.live, facts.status, nil
  if not same then writeOrder(orderId, order) end
else
  redis.call('HDEL', KEYS[10], orderId) -- a damaged one too
  if known and known.status ~= 'paid' then chargeBudget(known.buyer, math.max(0, now - known.startedMs)) end
end
order.seats, order.status = facts.live, facts.status
if #changes > 0 or (not same and (known or #facts.live > 0)) then tellOrder(orderId, order, changes) end
endExcessHolds(takers)
for _, one in ipairs(back) do returnSeats(order.buyer, one.seats, one.from) end
appendChange()
return {'OK', #changes + #back, revision}
