-- load-groups: who is in which group when an epoch begins, and whose the seats of its hold are, as PostgreSQL has it (G2, G7).
-- needs load-orders
-- needs write-records
-- Expects ARGV[2] facts.
local groups, groupOf, shareOf = {}, {}, {}
for _, group in ipairs(cjson.decode(ARGV[2]).groups) do
  groups['g_' .. group.id] = group
  for _, member in ipairs(group.members) do groupOf[member] = group.id end
end

-- Nobody's seats are the host's, as in group-hold.
local function sharesIn(group, seats)
  local shares = {}
  for _, seat in ipairs(seats) do
    local member = group.assigned[tostring(seat)] or group.host
    shares[member] = (shares[member] or 0) + 1
  end
  return shares
end

-- Whether the hold's seats may be its buyer's or, of a group's hold, its members' (H8). A member has no hold of their own.
local function seatsAreAllowed(hold, maxSeats)
  local isGroups, group = string.sub(hold.buyer, 1, 2) == 'g_', groups[hold.buyer]
  if groupOf[hold.buyer] or (isGroups and not group) then return false end -- guard: group of a kept hold
  hold.host, hold.shares = group and group.host, group and sharesIn(group, hold.seats)
  for buyer, count in pairs(hold.shares or {[hold.buyer] = #hold.seats}) do
    if count + (orderedOf[buyer] or 0) > maxSeats then return false end
  end
  return true
end

-- Those without a kept hold too: membership outlives an epoch.
local function writeGroups(withHold)
  for holder, group in pairs(groups) do
    if not withHold[holder] then writeBuyer(holder, '', 0, 0, group) end
    for _, member in ipairs(group.members) do writeBuyer(member, '', shareOf[member] or 0, orderedOf[member] or 0, {group = group.id}) end
  end
end
