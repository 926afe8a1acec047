-- read-map: the whole state of a map at one revision, for a mirror.
-- use now
--
-- A script, because states, holds and position must be of one moment. Changes nothing. Cost O(seats + holds + orders).
--
-- KEYS[1] meta       hash    the map's facts
-- KEYS[2] seats      string  one byte a seat: its state
-- KEYS[3] holds      hash    holdId -> JSON {buyer, deadlineMs, startedMs, address, seats}
-- KEYS[4] orders     hash    orderId -> JSON {buyer, status, deadlineMs, startedMs, holdId, holdDeadlineMs, address, seats}
-- KEYS[5] owners     hash    seat -> the hold or order that has it
-- KEYS[6] deadlines  zset    holdId, scored by deadline in Unix ms
-- KEYS[7] buyers     hash    buyer -> JSON {holdId, held, ordered}
--
-- Reply {epoch, revision, chain, seatCount, status, opensAtMs, seats, holds as {holdId, JSON, ...}, Redis's clock in Unix ms,
--   orders as {orderId, JSON, ...}, owners, deadlines and buyers: how many there are}
--   | {"NO_MAP"}
local meta = redis.call('HMGET', KEYS[1], 'epoch', 'revision', 'chain', 'seatCount', 'status', 'opensAtMs')
if not meta[1] then return {'NO_MAP'} end
return {meta[1], meta[2], meta[3], meta[4], meta[5], meta[6], redis.call('GET', KEYS[2]) or '', redis.call('HGETALL', KEYS[3]), now,
  redis.call('HGETALL', KEYS[4]), redis.call('HLEN', KEYS[5]), redis.call('ZCARD', KEYS[6]), redis.call('HLEN', KEYS[7])}
