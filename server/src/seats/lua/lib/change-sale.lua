-- change-sale: change the sale's state, its opening time, the holds' length or the buyers' limit.
-- needs map-header
-- needs append-change
-- Holds keep their deadlines.
local function changeSale(changes)
  local sale = {status = status, opensAtMs = opensAtMs, holdMs = holdMs, maxSeatsPerBuyer = maxSeatsPerBuyer}
  local changed = false
  for name, value in pairs(changes) do
    if sale[name] ~= nil and sale[name] ~= value then
      sale[name], changed = value, true
      redis.call('HSET', KEYS[1], name, value)
    end
  end
  if not changed then return end
  operations[#operations + 1] = '{"k":"sale","status":"' .. sale.status .. '","opensAtMs":' .. sale.opensAtMs .. '}'
end
