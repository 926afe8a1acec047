-- leave-group: what somebody who leaves a group leaves behind (G2).
-- needs group-hold

-- A member's share becomes the host's: their seats are nobody's now.
local function passShare(of, member)
  local count = of.shares[member]
  if not count or member == of.host then return end
  of.shares[member], of.shares[of.host] = nil, (of.shares[of.host] or 0) + count
end

-- PostgreSQL has them in one group only: what Redis knows of another is older. Without its host that one is over.
local function leaveOther(holder, member)
  local other, stay = accountOf(holder), {}
  local left = other.holdId ~= '' and holdIn(redis.call('HGET', KEYS[5], other.holdId))
  if other.host == member then
    if left then endHold(other.holdId, left, 'released') end
    for _, one in ipairs(other.members or {}) do
      if one ~= member then writeBuyer(one, '', 0, accountOf(one).ordered) end
    end
    redis.call('HDEL', KEYS[7], holder)
    return
  end
  for _, one in ipairs(other.members or {}) do
    if one ~= member then stay[#stay + 1] = one end
  end
  other.members = stay
  writeBuyer(holder, other.holdId, other.held, 0, other)
  if not left or not left.shares then return end
  passShare(left, member)
  writeHold(other.holdId, left)
  writeShare(holder, left.host, left.shares[left.host] or 0)
end
