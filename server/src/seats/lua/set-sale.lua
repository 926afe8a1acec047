-- set-sale: change the sale's state, its opening time, the holds' length or the buyers' limit.
-- use map-header
-- use now
-- use append-change
-- use change-sale
--
-- A script, because a changed sale is a revision like any other. Cost O(1).
-- Clock: Redis TIME, for the entry.
--
-- KEYS[1] meta       hash    the map's facts
-- KEYS[2] log        stream  one entry a change; its id is <epoch>-<revision>
-- ARGV[1] epoch      integer
-- ARGV[2] changes    JSON {status?, opensAtMs?, holdMs?, maxSeatsPerBuyer?}; opensAtMs 0: no time
--
-- Reply {"OK", revision} | {"WRONG_EPOCH", epoch} | {"NO_MAP"}
changeSale(cjson.decode(ARGV[2]))
appendChange()
return {'OK', revision}
