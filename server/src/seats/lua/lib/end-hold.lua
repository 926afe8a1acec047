-- end-hold: end a hold as a whole (H5); frees only the seats that it still owns (H3).
-- needs now
-- needs write-seats
-- needs hold-records
-- Expects KEYS[3] seats, KEYS[4] owners, KEYS[5] holds, KEYS[6] deadlines and those of hold-records.
local function endHold(holdId, hold, reason)
  local owners, own, changes = {}, {}, {}
  if #hold.seats > 0 then owners = redis.call('HMGET', KEYS[4], unpack(hold.seats)) end
  for i, seat in ipairs(hold.seats) do
    if owners[i] == 'h:' .. holdId then -- guard: owner at the end
      own[#own + 1], changes[#changes + 1] = seat, seat * 8
    end
  end
  freeSeats(own)
  redis.call('HDEL', KEYS[5], holdId)
  redis.call('ZREM', KEYS[6], holdId)
  local known = accountIn(redis.call('HGET', KEYS[7], hold.buyer) or nil)
  if known and known.holdId == holdId then -- guard: owner of a buyer's record
    writeBuyer(hold.buyer, '', 0, known.ordered, known)
    for member in pairs(hold.shares or {}) do writeShare(hold.buyer, member, 0) end
  end
  countAddress(hold.address, -#changes)
  chargeBudget(hold.host or hold.buyer, math.max(0, math.min(now, hold.deadlineMs) - hold.startedMs))
  tellHold(holdId, hold, '[]', reason, changes)
end

-- A damaged hold only loses its deadline, so that nobody looks at it again and again; its seats stay held for the audit.
local function endOverdue(holdId)
  local hold = holdIn(redis.call('HGET', KEYS[5], holdId))
  if hold then endHold(holdId, hold, 'expired') else redis.call('ZREM', KEYS[6], holdId) end
  return hold ~= nil
end

-- Whether the hold was overdue; then it has ended.
local function endIfOverdue(holdId)
  local deadlineMs = redis.call('ZSCORE', KEYS[6], holdId)
  if not deadlineMs or tonumber(deadlineMs) > now then return false end -- guard: expiry on touch
  endOverdue(holdId)
  return true
end
