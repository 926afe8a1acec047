-- write-seats: several seats change hands at once: one write of owners, one of states per run of neighbours.
-- Expects KEYS[3] seats, KEYS[4] owners.
local function setStates(seats, digit)
  local from, count = seats[1], 0
  for i, seat in ipairs(seats) do
    count = count + 1
    if seats[i + 1] ~= seat + 1 then
      redis.call('SETRANGE', KEYS[3], from, string.rep(digit, count))
      from, count = seats[i + 1], 0
    end
  end
end

-- `digit`: the state they are then in; held when it is not given.
local function giveSeats(seats, owner, digit)
  if #seats == 0 then return end
  local pairs = {}
  for i, seat in ipairs(seats) do pairs[2 * i - 1], pairs[2 * i] = seat, owner end
  redis.call('HSET', KEYS[4], unpack(pairs))
  setStates(seats, digit or '1')
end

local function freeSeats(seats)
  if #seats == 0 then return end
  redis.call('HDEL', KEYS[4], unpack(seats))
  setStates(seats, '0')
end
