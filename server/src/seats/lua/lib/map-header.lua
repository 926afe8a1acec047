-- map-header: the map's facts; a call for another epoch than the present one changes nothing (R4).
-- Expects KEYS[1] meta, ARGV[1] epoch.
local meta = redis.call('HMGET', KEYS[1], 'epoch', 'revision', 'chain', 'seatCount', 'status', 'opensAtMs', 'holdMs',
  'maxSeatsPerBuyer')
if not meta[1] then return {'NO_MAP'} end
if meta[1] ~= ARGV[1] then return {'WRONG_EPOCH', meta[1]} end -- guard: epoch
local epoch, revision, chain, seatCount = meta[1], tonumber(meta[2]), meta[3], tonumber(meta[4])
local status, opensAtMs = meta[5], tonumber(meta[6])
local holdMs, maxSeatsPerBuyer = tonumber(meta[7]), tonumber(meta[8])
