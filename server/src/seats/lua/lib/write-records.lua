-- write-records: how a hold and what is known of a buyer are written down.
-- needs hold-record
-- Expects KEYS[5] holds, KEYS[7] buyers.
-- A damaged record is written anew by the next change of it. Cost then O(holds), else O(1).
local function accountOf(buyer)
  local text = redis.call('HGET', KEYS[7], buyer)
  return accountIn(text or nil) or accountFrom(text and redis.call('HGETALL', KEYS[5]) or {}, buyer)
end

-- `known`: what the record says beside, which stays: of a member `group`, whose hold `held` is a share of; of a group's holder
-- (`g_<groupId>`) `version`, `host` and `members` (G2). Nobody else without seats has a record.
local function writeBuyer(buyer, holdId, held, ordered, known)
  local beside = ''
  if known and known.group then beside = ',"group":' .. cjson.encode(known.group) end
  if known and known.members then
    beside = ',"version":' .. known.version .. ',"host":' .. cjson.encode(known.host) .. ',"members":' .. cjson.encode(known.members)
  end
  if held == 0 and ordered == 0 and beside == '' then return redis.call('HDEL', KEYS[7], buyer) end
  redis.call('HSET', KEYS[7], buyer,
    '{"holdId":"' .. holdId .. '","held":' .. held .. ',"ordered":' .. ordered .. beside .. '}')
end

-- The seats of the group's hold that count against the member (G7); who is not in it any more has no share.
local function writeShare(holder, member, count)
  local known = accountIn(redis.call('HGET', KEYS[7], member) or nil)
  if not known or not known.group or 'g_' .. known.group ~= holder then return end
  if known.held ~= count then writeBuyer(member, '', count, known.ordered, known) end
end

-- A group's hold also has its host, whether it was extended, and `shares`: seats by whom they count against.
local function writeHold(holdId, hold)
  local beside = ''
  if hold.shares then
    beside = ',"host":' .. cjson.encode(hold.host) .. ',"extended":' .. (hold.extended or 0) .. ',"shares":' .. cjson.encode(hold.shares)
  end
  hold.seatsText = '[' .. table.concat(hold.seats, ',') .. ']'
  redis.call('HSET', KEYS[5], holdId, '{"buyer":' .. cjson.encode(hold.buyer) .. ',"deadlineMs":' .. hold.deadlineMs ..
    ',"startedMs":' .. hold.startedMs .. ',"address":' .. cjson.encode(hold.address) .. ',"seats":' .. hold.seatsText .. beside .. '}')
end
