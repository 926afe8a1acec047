-- set-members: the map follows who is in a group (G2): new members' own holds join the group's; nobody in: its hold ends.
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
-- use group-hold
-- use leave-group
-- use join-group
--
-- A script, because a member may hold or order alone until the very moment of joining.
-- Cost O(m + n), m = members, n = seats that join. Clock: Redis TIME, never the caller's.
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
-- ARGV[3] group      JSON {version, host, members}
-- ARGV[4] holdId     of the hold that begins if the group has none
-- ARGV[5] holdMs     integer, ms: length of a group's hold
--
-- Reply {"OK", holdId, seats as JSON, expiresInMs, epoch, revision, whose the seats are that joined, as JSON}
--   | {"WRONG_EPOCH", epoch} | {"NO_MAP"}
local facts, groupId, isIn = cjson.decode(ARGV[3]), string.sub(buyer, 3), {}
readOwnHold()
if known and (known.version or 0) > facts.version then return answerHold('{}') end -- guard: version
for _, member in ipairs(facts.members) do isIn[member] = true end

if #facts.members == 0 and hold then
  endHold(hold.id, hold, 'released')
  hold = nil
end
if hold then hold.host = facts.host end
for _, member in ipairs(known and known.members or {}) do
  local account = accountOf(member)
  if not isIn[member] and account.group == groupId then
    if hold then passShare(hold, member) end
    writeBuyer(member, '', 0, account.ordered)
  end
end
local joined = {}
for _, member in ipairs(facts.members) do
  local account = accountOf(member)
  if account.group ~= groupId then
    if account.group then leaveOther('g_' .. account.group, member) end
    writeBuyer(member, '', 0, account.ordered, {group = groupId})
    local own = account.holdId ~= '' and ownHoldOf(account.holdId)
    if own then joinSeats(own, facts.host, ARGV[4], tonumber(ARGV[5]), joined) end
  end
end
if hold then
  local shares = hold.shares
  hold.shares = {}
  setShares(shares)
  writeHold(hold.id, hold)
  if next(joined) then tellHold(hold.id, hold, hold.seatsText, 'held', {}) end
end
local group = #facts.members > 0 and {version = facts.version, host = facts.host, members = facts.members} or nil
writeBuyer(buyer, hold and hold.id or '', hold and #hold.seats or 0, 0, group)
return answerHold(cjson.encode(joined))
