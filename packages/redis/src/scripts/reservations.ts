/**
 * Lua: reservations over counters. A reservation is one key: id, nonce `n`, place in the order of admission `s`, expiry `e` and what becomes of it then `o`,
 * state `st`, amounts `a`, the text `b` that tells the caller's own form of it, and its claims `c`, each with the key of its counter `k`, its limit `l`
 * and its holds `h` (lists of the start of the part that they are in and the amount).
 * KEYS: 1 ids by expiry, 2 ids by order of admission, 3 the number of the last one, 4 the reservation. ARGV: 1 the prefix of keys, 2 the id.
 * Keys of counters and of expired reservations are found in what is stored; they have the hash tag of those that are named.
 */
export const RESERVATIONS = `
local DUE, OPEN, SEQUENCE = KEYS[1], KEYS[2], KEYS[3]
-- Expired reservations that one call ends at the most.
local SWEEP = 64
-- For how long is known that a reservation has lapsed or was undone. Milliseconds.
local REMEMBERED = 3600000

local function key_of(id) return prefix .. 'r:' .. id end

local function load(key)
  local stored = redis.call('GET', key)
  return stored and cmsgpack.unpack(stored) or nil
end

local function store(key, r) redis.call('SET', key, cmsgpack.pack(r)) end

local function text(number) return string.format('%.17g', number) end

local function is_unsettled(r) return r ~= nil and (r.st == 'open' or r.st == 'doubt') end

-- Reserves on every claim, or on none: then the number of the one that refuses, and when it has room again.
local function hold(claims, amounts, now, expires)
  local held = {}
  for index, claim in ipairs(claims) do
    local amount = amounts[claim.l.counts] or 0
    local counter = at(claim, now)
    if not fits(counter, claim.l, amount) then
      for _, one in ipairs(held) do one[1][3] = one[1][3] - one[2] end
      return index, reset_of(counter, claim.l, now)
    end
    local part = counter.p[#counter.p]
    part[3] = part[3] + amount
    held[index] = { part, amount, counter }
  end
  for index, claim in ipairs(claims) do
    local part, amount, counter = held[index][1], held[index][2], held[index][3]
    local last = claim.h[#claim.h]
    if last and last[1] == part[1] then last[2] = last[2] + amount
    else claim.h[#claim.h + 1] = { part[1], amount } end
    keep_until(counter, expires)
    dirty[claim.k] = true
  end
  return nil
end

-- Turns what was reserved into what was used. What goes beyond the reservation counts in its last window.
local function book(claims, used)
  for _, claim in ipairs(claims) do
    local left = claim.l.counts == 'concurrency' and 0 or (used[claim.l.counts] or 0)
    for index, one in ipairs(claim.h) do
      local amount = index == #claim.h and left or math.min(left, one[2])
      left = left - amount
      unhold(claim.k, one, amount)
    end
  end
end

local function lapse(id, key, r)
  redis.call('ZREM', DUE, id)
  if r.o == 'doubt' then
    for _, claim in ipairs(r.c) do
      if claim.l.counts == 'concurrency' then
        for _, one in ipairs(claim.h) do unhold(claim.k, one, 0) end
        claim.h = {}
      end
    end
    r.st = 'doubt'
    store(key, r)
    return
  end
  book(r.c, r.o == 'spend' and r.a or {})
  redis.call('ZREM', OPEN, id)
  redis.call('SET', key, cmsgpack.pack({ st = 'lapsed', b = r.b, size = #r.c }), 'PX', REMEMBERED)
end

-- Ends what is past its time, so many at the most. Is there more?
local function sweep(now)
  local due = redis.call('ZRANGEBYSCORE', DUE, '-inf', now, 'LIMIT', 0, SWEEP + 1)
  for index = 1, math.min(#due, SWEEP) do
    local key = key_of(due[index])
    local r = load(key)
    if r ~= nil and r.st == 'open' then lapse(due[index], key, r)
    else redis.call('ZREM', DUE, due[index]) end
  end
  return #due > SWEEP
end

-- The reservation as it is now, expired if it is past its time and was not swept yet.
local function current(id, key, now)
  local r = load(key)
  if r ~= nil and r.st == 'open' and r.e <= now then
    lapse(id, key, r)
    r = load(key)
  end
  return r
end

local function granted(r, now)
  local reply = { 'granted', r.b }
  for index, claim in ipairs(r.c) do
    if #claim.h > 0 then
      local counter = at(claim, now)
      local crossed = crosses(claim.k, counter, claim.l)
      for _, field in ipairs({
        text(index - 1), text(sum_of(counter, 2)), text(sum_of(counter, 3)),
        text(max_of(counter, claim.l)), text(reset_of(counter, claim.l, now)), crossed and '1' or '0',
      }) do reply[#reply + 1] = field end
    end
  end
  return reply
end

local function refused(r, index, reset) return { 'refused', r.b, text(index - 1), text(reset) } end
`;
