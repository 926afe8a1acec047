-- recount-orders: what is counted as ordered by the listed buyers is what the map's orders have of them (O7, H8).
-- use map-header
-- use hold-record
-- use order-record
--
-- A script, because orders come and go while one counts. Needed only after a record was damaged: an order that is settled
-- then adds its seats to its buyer's count, which may have had them already.
-- Cost O(n), n = orders on the map. Clock: none.
--
-- KEYS[1] meta       hash    the map's facts
-- KEYS[2] buyers     hash    buyer -> JSON {holdId, held, ordered}, in a group also group; of a group version, host, members
-- KEYS[3] orders     hash    orderId -> JSON {buyer, status, deadlineMs, startedMs, holdId, holdDeadlineMs, address, seats}
-- ARGV[1] epoch      integer
-- ARGV[2] buyers     JSON array of buyers
--
-- Reply {"OK", buyers whose count was wrong} | {"WRONG_EPOCH", epoch} | {"NO_MAP"}
local orderedOf, corrected = {}, 0
for _, text in ipairs(redis.call('HVALS', KEYS[3])) do
  local order = orderIn(text)
  if order then orderedOf[order.buyer] = (orderedOf[order.buyer] or 0) + #order.seats end
end

for _, buyer in ipairs(cjson.decode(ARGV[2])) do
  local text, ordered = redis.call('HGET', KEYS[2], buyer), orderedOf[buyer] or 0
  local account = recordIn(text or '{"holdId":"","held":0,"ordered":0}')
  if account and account.ordered ~= ordered then
    corrected = corrected + 1
    if ordered == 0 and account.held == 0 and not account.group and not account.members then
      redis.call('HDEL', KEYS[2], buyer)
    elseif text then
      redis.call('HSET', KEYS[2], buyer, (string.gsub(text, '"ordered":%d+', '"ordered":' .. ordered)))
    else
      redis.call('HSET', KEYS[2], buyer, '{"holdId":"","held":0,"ordered":' .. ordered .. '}')
    end
  end
end
return {'OK', corrected}
