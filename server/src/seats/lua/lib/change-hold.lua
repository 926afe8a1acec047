-- change-hold: seats join and leave the caller's hold, which begins with its first seat (H4).
-- needs own-hold
-- Expects the keys of end-hold.
-- limits: of who may begin a hold.
local function changeHold(joining, leaving, reason, holdId, limits)
  if #joining == 0 and #leaving == 0 then return end
  if not hold then
    hold = {id = holdId, buyer = buyer, startedMs = now, deadlineMs = now + holdMs, address = limits.address, seats = {}}
    if limits.budgetMs > 0 then openBudget(buyer) end
    redis.call('ZADD', KEYS[6], hold.deadlineMs, holdId)
  end
  giveSeats(joining, 'h:' .. hold.id)
  freeSeats(leaving)
  local changes, left, seats = {}, {}, {}
  for _, seat in ipairs(joining) do changes[#changes + 1] = seat * 8 + 1 end
  for _, seat in ipairs(leaving) do changes[#changes + 1], left[seat] = seat * 8, true end
  for _, seat in ipairs(hold.seats) do
    if not left[seat] then seats[#seats + 1] = seat end
  end
  for _, seat in ipairs(joining) do seats[#seats + 1] = seat end
  hold.seats = seats
  writeHold(hold.id, hold)
  writeBuyer(buyer, hold.id, #seats, ordered, known)
  countAddress(hold.address, #joining - #leaving)
  tellHold(hold.id, hold, hold.seatsText, reason, changes)
end
