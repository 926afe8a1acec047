-- now: the script's clock, Unix ms of Redis's TIME, read once. Tests replace this part to move time.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
