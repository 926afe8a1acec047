-- recount-orders: what is counted as ordered by the listed buyers is what the map's orders have of them (O7, H8).
-- use map-header
-- use hold-record
-- use order-record
--
-- A script, because orders come and go while one counts. Needed only after a record was damaged: an order that is settled
-- then adds its seats to its buyer's count, which may have had them already.
-- Cost O(n), n = orders on the map; with damaged records also its holds. Clock: none.
--
-- KEYS[1] meta       hash    the map's facts
-- KEYS[2] buyers     hash    buyer -> JSON {holdId, held, ordered}, in a group also group; of a group version, host, members
-- KEYS[3] orders     hash    orderId -> JSON {buyer, status, deadlineMs, startedMs, holdId, holdDeadlineMs, address, seats}
-- KEYS[4] holds      hash    holdId -> JSON {buyer, deadlineMs, startedMs, address, seats}, of a group also host, extended, shares
-- ARGV[1] epoch      integer
-- ARGV[2] buyers     JSON array of buyers
--
-- Reply {"OK", buyers whose count was wrong} | {"WRONG_EPOCH", epoch} | {"NO_MAP"}
local orderedOf, corrected = {}, 0
for _, text in ipairs(redis.call('HVALS', KEYS[3])) do
  local order = orderIn(text)
  for whose, count in pairs(order and countsOf(order, order.seats) or {}) do orderedOf[whose] = (orderedOf[whose] or 0) + count end
end

for _, buyer in ipairs(cjson.decode(ARGV[2])) do
  local text, ordered = redis.call('HGET', KEYS[2], buyer), orderedOf[buyer] or 0
  local readable = accountIn(text or nil)
  local account = readable or accountFrom(text and redis.call('HGETALL', KEYS[4]) or {}, buyer)
  local isDamaged = text and not readable
  -- A group's own record has no orders: who is in says the next change of its members (G2).
  if (isDamaged or account.ordered ~= ordered) and string.sub(buyer, 1, 2) ~= 'g_' then
    corrected = corrected + 1
    if ordered == 0 and account.held == 0 and not account.group then
      redis.call('HDEL', KEYS[2], buyer)
    elseif readable then
      redis.call('HSET', KEYS[2], buyer, (string.gsub(text, '"ordered":%-?%d+', '"ordered":' .. ordered)))
    else
      redis.call('HSET', KEYS[2], buyer, '{"holdId":"' .. account.holdId .. '","held":' .. account.held .. ',"ordered":' .. ordered ..
        (account.group and ',"group":' .. cjson.encode(account.group) or '') .. '}')
    end
  end
end
return {'OK', corrected}
