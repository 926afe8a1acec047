-- extend-hold: a group's hold ends later, once (G3).
-- use map-header
-- use now
-- use append-change
-- use request-memory
-- use hold-record
-- use write-records
-- use hold-records
-- use write-seats
-- use end-hold
-- use own-hold
--
-- A script, because the hold may end between the look and the extension. Cost O(n), n = its seats.
-- Clock: Redis TIME, never the caller's.
--
-- KEYS[1] meta       hash    the map's facts
-- KEYS[2] log        stream  one entry a change; its id is <epoch>-<revision>
-- KEYS[3] seats      string  one byte a seat: its state
-- KEYS[4] owners     hash    seat -> the hold or order that has it
-- KEYS[5] holds      hash    holdId -> JSON {buyer, deadlineMs, startedMs, address, seats}, of a group also host, extended, shares
-- KEYS[6] deadlines  zset    holdId, scored by deadline in Unix ms
-- KEYS[7] buyers     hash    buyer -> JSON {holdId, held, ordered}, in a group also group; of a group version, host, members
-- KEYS[8] addresses  hash    hashed address -> held seats
-- KEYS[9] budgets    hash    buyer -> JSON {windowStartMs, usedMs}
-- KEYS[10] request    string  optional: never given; a hold is extended once
-- ARGV[1] epoch      integer
-- ARGV[2] holder     g_<groupId>
-- ARGV[3] holdId
-- ARGV[4] byMs       integer, ms
--
-- Reply {"OK", holdId, seats as JSON, expiresInMs, epoch, revision, "{}"} | {"NO_HOLD"} | {"LIMIT_EXCEEDED"}: extended before
--   | {"WRONG_EPOCH", epoch} | {"NO_MAP"}
readOwnHold()
if not hold or hold.id ~= ARGV[3] then return answer('NO_HOLD') end -- guard: the hold that is extended
if hold.extended == 1 then return answer('LIMIT_EXCEEDED') end -- guard: extended once
hold.deadlineMs, hold.extended = hold.deadlineMs + tonumber(ARGV[4]), 1
writeHold(hold.id, hold)
redis.call('ZADD', KEYS[6], hold.deadlineMs, hold.id)
tellHold(hold.id, hold, hold.seatsText, 'held', {})
return answerHold('{}')
