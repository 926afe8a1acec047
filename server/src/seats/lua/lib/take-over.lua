-- take-over: a seat that PostgreSQL gives to an order leaves whoever has it on the map.
-- needs order-records
-- Another order's record that claims the seat is older than PostgreSQL, where no two orders have it.
local function takeFrom(owner, seat)
  local id = string.sub(owner, 3)
  if string.sub(owner, 1, 2) == 'h:' then
    local hold = holdIn(redis.call('HGET', KEYS[5], id) or nil)
    if hold then endHold(id, hold, 'lost') end
    return
  end
  local other = readOrder(id)
  if not other then return end
  local rest = {}
  for _, one in ipairs(other.seats) do
    if one ~= seat then rest[#rest + 1] = one end
  end
  countSeats(other, #rest < #other.seats and {seat} or {}, -1)
  other.seats = rest
  writeOrder(id, other)
  tellOrder(id, other, {})
end
