-- checkpoint: renew the base snapshot when the log has grown enough since the last one (R6), and forget past budgets.
-- use map-header
-- use now
-- use hold-record
--
-- A script, because the copy and its position must be of one moment. Cost O(seats): 80 µs for 50,000; a look at 100 budgets.
--
-- KEYS[1] meta       hash    the map's facts
-- KEYS[2] seats      string  one byte a seat: its state
-- KEYS[3] base       hash    snapshot {epoch, revision, chain, seats} from which the log replays
-- KEYS[4] budgets    hash    buyer -> JSON {windowStartMs, usedMs}
-- ARGV[1] epoch      integer
-- ARGV[2] entriesMin integer: entries since the last base that make a new one worth while
--
-- Reply {"OK", 1: renewed, 0: not yet} | {"WRONG_EPOCH", epoch} | {"NO_MAP"}

-- Some at random instead of all in turn: it needs no cursor, and what is past is met sooner or later. An hour longer than
-- the window, because a hold that goes on beyond its end is still to be charged (H12).
local some = redis.call('HRANDFIELD', KEYS[4], 100, 'WITHVALUES')
for i = 1, #some, 2 do
  local budget = recordIn(some[i + 1])
  if not budget or type(budget.windowStartMs) ~= 'number' or budget.windowStartMs + 7200000 <= now then
    redis.call('HDEL', KEYS[4], some[i])
  end
end

local base = redis.call('HMGET', KEYS[3], 'epoch', 'revision')
if base[1] == epoch and revision - tonumber(base[2]) < tonumber(ARGV[2]) then return {'OK', 0} end
redis.call('HSET', KEYS[3], 'epoch', epoch, 'revision', revision, 'chain', chain, 'seats', redis.call('GET', KEYS[2]))
return {'OK', 1}
