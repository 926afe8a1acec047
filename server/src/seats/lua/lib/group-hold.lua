-- group-hold: whose the seats of a group's hold are (G7).
-- needs own-hold
-- Expects the keys of own-hold; ARGV[2] is the group's holder, whose record `known` says who is in.

-- Seats that count against each: nobody's are the host's.
local function sharesOf(seats, assigned)
  local shares = {}
  for _, seat in ipairs(seats) do
    local member = assigned[tostring(seat)] or known.host
    shares[member] = (shares[member] or 0) + 1
  end
  return shares
end

-- The answer that refuses the shares, or nil: somebody is not in, or would get more seats than they may have.
local function refusalOfShares(shares)
  for member in pairs(shares) do
    if 'g_' .. (accountOf(member).group or '') ~= buyer then return {'BAD_REQUEST'} end -- guard: seats of members
  end
  for member, count in pairs(shares) do
    local account = accountOf(member)
    if count > account.held and count + account.ordered > maxSeatsPerBuyer then return {'LIMIT_EXCEEDED'} end -- guard: per-member limit
  end
  return nil
end

-- What counted against each before no longer does. The hold itself is written by the caller.
local function setShares(shares)
  for member in pairs(hold.shares) do
    if not shares[member] then writeShare(buyer, member, 0) end
  end
  for member, count in pairs(shares) do writeShare(buyer, member, count) end
  hold.shares = shares
end
