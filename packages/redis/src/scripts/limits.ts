import { COUNTERS } from './counters.ts';
import { RESERVATIONS } from './reservations.ts';
import { script } from './script.ts';

/** What all of them begin with; ARGV: 3 the moment of the call. */
const LIBRARY = `${COUNTERS}${RESERVATIONS}
local id, now, key = ARGV[2], tonumber(ARGV[3]), KEYS[4]
`;

/**
 * Reserves over all limits, or over none. ARGV: 4 nonce, 5 expiry, 6 what becomes of it then, 7 amounts (JSON), 8 limits (JSON), 9 the text to keep.
 * KEYS from 5: the counter of each limit. Answers `granted`, `refused`, `more` (refused, but expired reservations are still to end: ask again) or `undone`.
 */
export const ADMIT = script(`${LIBRARY}
local r = current(id, key, now)
if r ~= nil and r.st == 'undone' and r.n == ARGV[4] then return { 'undone' } end
local more = sweep(now)
if is_unsettled(r) then
  local reply = granted(r, now)
  save(now)
  return reply
end
r = {
  st = 'open', n = ARGV[4], e = tonumber(ARGV[5]), o = ARGV[6], a = cjson.decode(ARGV[7]), b = ARGV[9], c = {},
}
for index, l in ipairs(cjson.decode(ARGV[8])) do r.c[index] = { k = KEYS[index + 4], l = l, h = {} } end
local index, reset = hold(r.c, r.a, now, r.e)
local reply
if index ~= nil then reply = more and { 'more' } or refused(r, index, reset)
else
  r.s = redis.call('INCR', SEQUENCE)
  store(key, r)
  redis.call('ZADD', DUE, ARGV[5], id)
  redis.call('ZADD', OPEN, r.s, id)
  reply = granted(r, now)
end
save(now)
return reply
`);

/**
 * Reserves more. ARGV: 4 nonce, 5 the new expiry, 6 amounts (JSON). Sent twice with one nonce it counts once.
 * Answers `granted`, `refused`, `more` (as {@link ADMIT}) or `unknown`.
 */
export const EXTEND = script(`${LIBRARY}
local more = sweep(now)
local r = current(id, key, now)
local reply
if r == nil or r.st == 'undone' then reply = { 'unknown' }
elseif r.st ~= 'open' then
  local size = r.st == 'lapsed' and r.size or #r.c
  reply = size == 0 and { 'unknown' } or refused(r, 1, now)
elseif r.x == ARGV[4] then reply = granted(r, now)
else
  local by, expires = cjson.decode(ARGV[6]), tonumber(ARGV[5])
  for name, amount in pairs(by) do
    if (r.a[name] or 0) + amount > MAX then
      save(now)
      return redis.error_reply('RANGE the amount of ' .. name .. ' is beyond what can be counted')
    end
  end
  local index, reset = hold(r.c, by, now, expires)
  if index ~= nil then reply = more and { 'more' } or refused(r, index, reset)
  else
    for name, amount in pairs(by) do r.a[name] = (r.a[name] or 0) + amount end
    r.e, r.x = expires, ARGV[4]
    store(key, r)
    redis.call('ZADD', DUE, ARGV[5], id)
    reply = granted(r, now)
  end
end
save(now)
return reply
`);

/** Ends a reservation by what was used. ARGV: 4 amounts (JSON). Answers `granted` or `unknown`. */
export const SETTLE = script(`${LIBRARY}
if not is_unsettled(load(key)) then return { 'unknown' } end
sweep(now)
local r = current(id, key, now)
local reply
if not is_unsettled(r) then reply = { 'unknown' }
else
  redis.call('ZREM', DUE, id)
  redis.call('ZREM', OPEN, id)
  redis.call('DEL', key)
  book(r.c, cjson.decode(ARGV[4]))
  reply = granted(r, now)
end
save(now)
return reply
`);

/** Takes back the admission with this nonce, whether it comes before this or after. ARGV: 4 nonce. */
export const UNDO = script(`${LIBRARY}
local r = load(key)
if is_unsettled(r) then
  if r.n ~= ARGV[4] then return { 'unknown' } end
  redis.call('ZREM', DUE, id)
  redis.call('ZREM', OPEN, id)
  book(r.c, {})
elseif r ~= nil then return { 'unknown' } end
redis.call('SET', key, cmsgpack.pack({ st = 'undone', n = ARGV[4] }), 'PX', REMEMBERED)
save(now)
return { 'undone' }
`);

/**
 * Unsettled reservations in the order of admission. ARGV: 2 unused, 4 the number to begin after, 5 how many at the most.
 * Answers `more` (expired ones are still to end: ask again) or a list of number, text, expiry and amounts as JSON of decimal strings.
 */
export const LIST = script(`${LIBRARY}
local more = sweep(now)
save(now)
if more then return { 'more' } end
local reply = { 'page' }
for _, one in ipairs(redis.call('ZRANGEBYSCORE', OPEN, '(' .. ARGV[4], '+inf', 'LIMIT', 0, ARGV[5])) do
  local r = load(key_of(one))
  if r ~= nil then
    local amounts = {}
    for name, amount in pairs(r.a) do amounts[name] = text(amount) end
    for _, field in ipairs({ text(r.s), r.b, text(r.e), cjson.encode(amounts) }) do reply[#reply + 1] = field end
  end
end
return reply
`);
