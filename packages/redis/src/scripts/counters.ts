/**
 * Lua: counters of limits, the same arithmetic as in any other store of the port. A counter is one key: its parts `p` (lists of start, used and
 * reserved; the last one is where new holds go), the part before them `b` (for what is carried over), whether the crossing was told `t`, and until when
 * it is of use `x`, by the clock of the callers.
 * Lua's numbers are doubles: whole ones are exact up to `MAX`, and no counter goes beyond.
 */
export const COUNTERS = `
local MAX = 9007199254740991
-- The key outlives its use by this, for callers whose clocks differ. Milliseconds.
local SLACK = 60000
local prefix = ARGV[1]
local counters, dirty = {}, {}

local function read(key)
  local counter = counters[key]
  if counter == nil then
    local stored = redis.call('GET', key)
    counter = stored and cmsgpack.unpack(stored) or false
    counters[key] = counter
  end
  return counter
end

-- Concurrency has no window, whatever the limit says.
local function window_of(l) return l.counts == 'concurrency' and 0 or l.window end
local function slices_of(l) return window_of(l) > 0 and (l.slices or 1) or 1 end

local function start_of(l, now)
  local length = window_of(l) / slices_of(l)
  if length == 0 then return 0 end
  if l.start == nil then return math.floor(now / length) * length end
  if now < l.start + length then return l.start end
  return l.start + length
end

-- Calendar windows differ in length, so what is carried over is kept for longer than the next one as far as this one tells.
local function keep_until(counter, time)
  if time > (counter.x or 0) then counter.x = time end
end

local function roll(key, counter, l, now)
  local parts = counter.p
  local start = start_of(l, now)
  if start <= parts[#parts][1] then return end
  parts[#parts + 1] = { start, 0, 0 }
  counter.t = 0
  keep_until(counter, start + window_of(l) * 2.25)
  local oldest = slices_of(l) == 1 and start or start - l.window
  while parts[1][1] < oldest do counter.b = table.remove(parts, 1) end
  dirty[key] = true
end

local function at(claim, now)
  local key, l = claim.k, claim.l
  local counter = read(key)
  if counter then
    roll(key, counter, l, now)
    return counter
  end
  local start = start_of(l, now)
  counter = { p = { { start, 0, 0 } }, t = 0, w = window_of(l), c = l.counts }
  keep_until(counter, start + window_of(l) * 2.25)
  counters[key], dirty[key] = counter, true
  return counter
end

local function sum_of(counter, place)
  local sum = 0
  for _, part in ipairs(counter.p) do sum = sum + part[place] end
  return sum
end

local function max_of(counter, l)
  local before = counter.b
  if l.from == nil or before == nil or before[1] ~= l.from then return l.max end
  local left = math.max(0, l.max - before[2] - before[3])
  return math.min(MAX, l.max + math.min(l.most, left))
end

local function reset_of(counter, l, now)
  if l.counts == 'concurrency' then return now end
  if l.window == 0 then return MAX end
  local slices = slices_of(l)
  return counter.p[1][1] + l.window + (slices > 1 and l.window / slices or 0)
end

local function fits(counter, l, amount)
  if amount == 0 then return true end
  local total = sum_of(counter, 2) + sum_of(counter, 3) + amount
  return total <= (l.soft and MAX or max_of(counter, l))
end

local function crosses(key, counter, l)
  if not l.soft then return false end
  local over
  if l.counts == 'concurrency' then over = sum_of(counter, 3) > l.max
  else over = sum_of(counter, 2) > max_of(counter, l) end
  local news = over and counter.t == 0
  local told = over and 1 or 0
  if told ~= counter.t then counter.t, dirty[key] = told, true end
  return news
end

local function part_at(counter, start)
  for _, part in ipairs(counter.p) do
    if part[1] == start then return part end
  end
  if counter.b and counter.b[1] == start then return counter.b end
  return nil
end

-- Gives a hold back, and counts as used what was used of it.
local function unhold(key, hold, used)
  local counter = read(key)
  local part = counter and part_at(counter, hold[1])
  if not part then return end
  part[2] = math.min(MAX, part[2] + used)
  part[3] = math.max(0, part[3] - hold[2])
  dirty[key] = true
end

-- A counter without a window stays for good; one of concurrency has nothing to tell once all its reservations are over.
local function save(now)
  for key in pairs(dirty) do
    local counter = counters[key]
    local packed = cmsgpack.pack(counter)
    if counter.w == 0 and counter.c ~= 'concurrency' then redis.call('SET', key, packed)
    else
      local ttl = math.max(0, (counter.x or 0) - now) + SLACK
      redis.call('SET', key, packed, 'PX', string.format('%.0f', math.ceil(ttl)))
    end
  end
end
`;
