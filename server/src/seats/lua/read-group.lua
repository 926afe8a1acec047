-- read-group: who is in a group and what it holds, at one revision; an overdue hold is none.
-- use now
-- use hold-record
--
-- A script, because the hold, its clock and the position must be of one moment. Changes nothing. Cost O(n), n = its seats.
--
-- KEYS[1] meta       hash    the map's facts
-- KEYS[2] holds      hash    holdId -> JSON {buyer, deadlineMs, startedMs, address, seats, host, extended, shares}
-- KEYS[3] deadlines  zset    holdId, scored by deadline in Unix ms
-- KEYS[4] buyers     hash    buyer -> JSON {holdId, held, ordered, version, host, members}
-- ARGV[1] holder     g_<groupId>
--
-- Reply {"OK", the group's record, its hold's record or '', ms until it ends, epoch, revision} | {"NO_GROUP"} | {"NO_MAP"}
local meta = redis.call('HMGET', KEYS[1], 'epoch', 'revision')
if not meta[1] then return {'NO_MAP'} end
local found = redis.call('HGET', KEYS[4], ARGV[1])
local group = accountIn(found or nil)
if not group or not group.members then return {'NO_GROUP'} end
local deadlineMs = tonumber(redis.call('ZSCORE', KEYS[3], group.holdId) or 0)
local hold = deadlineMs > now and redis.call('HGET', KEYS[2], group.holdId) or ''
return {'OK', found, hold, math.max(0, deadlineMs - now), meta[1], meta[2]}
