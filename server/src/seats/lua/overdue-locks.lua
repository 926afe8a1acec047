-- overdue-locks: orders that took seats some time ago and that PostgreSQL has not confirmed since (O7).
-- use now
--
-- A script, because ages are told by Redis's clock. Changes nothing. Cost O(log(n) + found).
--
-- KEYS[1] orders     hash    orderId -> JSON {buyer, status, deadlineMs, startedMs, holdId, holdDeadlineMs, address, seats}
-- KEYS[2] locks      zset    orders that PostgreSQL has not confirmed, scored by when their seats were taken, Unix ms
-- ARGV[1] ageMs      integer, ms: younger ones are still being written down
-- ARGV[2] most       integer: orders that one call lists at most
--
-- Reply {orderId, its JSON or '', ...}
local found = {}
for _, orderId in ipairs(redis.call('ZRANGEBYSCORE', KEYS[2], '-inf', now - tonumber(ARGV[1]), 'LIMIT', 0, ARGV[2])) do
  found[#found + 1], found[#found + 2] = orderId, redis.call('HGET', KEYS[1], orderId) or ''
end
return found
