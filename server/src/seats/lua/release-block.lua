-- release-block: a group lets its block go (G1).
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
-- A script, because the hold may have ended or become another one. Works whatever the sale's state is. Cost O(n), n = its seats.
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
-- KEYS[10] request    string  optional: never given; a repeat changes nothing
-- ARGV[1] epoch      integer
-- ARGV[2] holder     g_<groupId>
-- ARGV[3] holdId     only this one; '': whichever it has
--
-- Reply {"OK", '', "[]", 0, epoch, revision, "{}"}, another hold than the named one: that one | {"WRONG_EPOCH", epoch} | {"NO_MAP"}
readOwnHold()
if hold and (ARGV[3] == '' or ARGV[3] == hold.id) then -- guard: the named hold
  endHold(hold.id, hold, 'released')
  hold = nil
end
return answerHold('{}')
