-- load-map: start an epoch: the state anew from the given seats and orders and whatever valid holds are found (R5, R7).
-- use now
-- use hold-record
-- use order-record
-- use load-orders
-- use write-records
-- use load-groups
--
-- A script, because buyers act while it runs: the old epoch's state and the new one's must never mix.
-- Cost O(seats + holds). Clock: Redis TIME, never the caller's. Budgets and remembered answers outlive an epoch.
--
-- KEYS[1] meta       hash    the map's facts
-- KEYS[2] log        stream  one entry a change; its id is <epoch>-<revision>
-- KEYS[3] seats      string  one byte a seat: its state
-- KEYS[4] owners     hash    seat -> the hold or order that has it
-- KEYS[5] holds      hash    holdId -> JSON {buyer, deadlineMs, startedMs, address, seats}, of a group also host, extended, shares
-- KEYS[6] deadlines  zset    holdId, scored by deadline in Unix ms
-- KEYS[7] buyers     hash    buyer -> JSON {holdId, held, ordered}, in a group also group; of a group version, host, members
-- KEYS[8] addresses  hash    hashed address -> held seats
-- KEYS[9] base       hash    snapshot {epoch, revision, chain, seats} from which the log replays
-- KEYS[10] orders     hash    orderId -> JSON {buyer, status, deadlineMs, startedMs, holdId, holdDeadlineMs, address, seats}
-- KEYS[11] locks      zset    orders that PostgreSQL has not confirmed, scored by when their seats were taken, Unix ms
-- ARGV[1] epoch      integer: the new one
-- ARGV[2] facts      JSON {status, opensAtMs, holdMs, maxSeatsPerBuyer, groups}; groups: PostgreSQL's open ones,
--   {id, version, host, members, assigned: {seat: member}}
-- ARGV[3] chain      8 random hex digits: the start's chain
-- ARGV[4] seats      one byte a seat: '0' free, '4' blocked
-- ARGV[5] holds      JSON array of {id, buyer, deadlineMs, startedMs, address, seats}: taken before those found here
-- ARGV[6] orders     JSON array of PostgreSQL's {id, buyer, status, seats, countsFor?: {seat: friend}, remainingMs, groupId?, late?}
--
-- Reply {"OK", holds kept, holds lost} | {"WRONG_EPOCH", epoch}: this epoch or a later one is there already
local present = redis.call('HGET', KEYS[1], 'epoch')
if present and tonumber(present) >= tonumber(ARGV[1]) then return {'WRONG_EPOCH', present} end -- guard: epoch of a load
local facts, candidates, stored, storedById = cjson.decode(ARGV[2]), cjson.decode(ARGV[5]), {}, {}

local found = redis.call('HGETALL', KEYS[5])
for i = 1, #found, 2 do
  local hold = holdIn(found[i + 1])
  if hold then
    hold.id = found[i]
    stored[#stored + 1], storedById[hold.id] = hold, hold
  end
end
table.sort(stored, function(a, b) return a.startedMs < b.startedMs or (a.startedMs == b.startedMs and a.id < b.id) end)
-- A caller's copy of a hold lacks what only servers' records say.
for _, hold in ipairs(candidates) do
  local same = storedById[hold.id]
  if same then hold.startedMs, hold.address, hold.extended = same.startedMs, same.address, same.extended end
end
for _, hold in ipairs(stored) do candidates[#candidates + 1] = hold end

redis.call('DEL', KEYS[2], KEYS[4], KEYS[5], KEYS[6], KEYS[7], KEYS[8], KEYS[10], KEYS[11])
redis.call('SET', KEYS[3], ARGV[4])
putOrders()

-- Free seats of this map, each once; blocked and ordered ones and those of a hold kept before are not free.
local buyers, kept, known = {}, 0, {}
local function canBeKept(hold)
  local seen, count = {}, #hold.seats
  if hold.deadlineMs <= now or buyers[hold.buyer] or count == 0 then return false end
  if not seatsAreAllowed(hold, facts.maxSeatsPerBuyer) then return false end
  for _, seat in ipairs(hold.seats) do
    if type(seat) ~= 'number' or seat % 1 ~= 0 or seat < 0 or seen[seat] then return false end
    if redis.call('GETRANGE', KEYS[3], seat, seat) ~= '0' then return false end
    seen[seat] = true
  end
  return true
end
for _, hold in ipairs(candidates) do
  known[hold.id] = true
  if canBeKept(hold) then
    kept, buyers[hold.buyer] = kept + 1, true
    for _, seat in ipairs(hold.seats) do
      redis.call('SETRANGE', KEYS[3], seat, '1')
      redis.call('HSET', KEYS[4], seat, 'h:' .. hold.id)
    end
    writeHold(hold.id, hold)
    redis.call('ZADD', KEYS[6], hold.deadlineMs, hold.id)
    writeBuyer(hold.buyer, hold.id, #hold.seats, orderedOf[hold.buyer] or 0, groups[hold.buyer])
    for member, share in pairs(hold.shares or {}) do shareOf[member] = share end
    if hold.address ~= '' then redis.call('HINCRBY', KEYS[8], hold.address, #hold.seats) end
  end
end

for buyer, ordered in pairs(orderedOf) do
  if not buyers[buyer] then writeBuyer(buyer, '', 0, ordered) end
end
writeGroups(buyers)

local lost = -kept
for _ in pairs(known) do lost = lost + 1 end
redis.call('XADD', KEYS[2], ARGV[1] .. '-1', 'c', ARGV[3], 'o', '[{"k":"start"}]', 't', now)
redis.call('DEL', KEYS[1], KEYS[9])
redis.call('HSET', KEYS[1], 'epoch', ARGV[1], 'revision', 1, 'chain', ARGV[3], 'seatCount', #ARGV[4], 'status', facts.status,
  'opensAtMs', facts.opensAtMs, 'holdMs', facts.holdMs, 'maxSeatsPerBuyer', facts.maxSeatsPerBuyer)
redis.call('HSET', KEYS[9], 'epoch', ARGV[1], 'revision', 1, 'chain', ARGV[3], 'seats', redis.call('GET', KEYS[3]))
return {'OK', kept, lost}
