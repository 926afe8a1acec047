-- seat-lists: what a list of seats may be: seats of this map, each at most once.
-- needs map-header
local function isSeatList(seats, mayBeEmpty)
  if type(seats) ~= 'table' or (#seats == 0 and not mayBeEmpty) then return false end
  local seen = {}
  for _, seat in ipairs(seats) do
    if type(seat) ~= 'number' then return false end
    if seat % 1 ~= 0 or seat < 0 or seat >= seatCount or seen[seat] then return false end -- guard: seats of this map
    seen[seat] = true
  end
  return true
end
