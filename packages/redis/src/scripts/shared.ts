import { script } from './script.ts';

/**
 * Shared maps. KEYS: 1 entries by key, 2 keys by expiry, 3 keys by when they were added, 4 the number of the last one. All go when the last entry has
 * expired, so that a map that nobody asks for any more leaves nothing. An entry is its expiry, a space, its version, a line feed, and the value.
 * ARGV: 1 the key, 2 the moment of the call.
 */
const LIBRARY = `
local ENTRIES, DUE, ADDED, SEQUENCE = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local key, now = ARGV[1], tonumber(ARGV[2])
-- Callers' clocks may differ from the one that keys expire by. Milliseconds.
local SLACK = 60000

local function forget(member)
  redis.call('HDEL', ENTRIES, member)
  redis.call('ZREM', DUE, member)
  redis.call('ZREM', ADDED, member)
end

-- Its version and value, when it is there and not expired.
local function live()
  local entry = redis.call('HGET', ENTRIES, key)
  if not entry then return nil end
  local space, line = string.find(entry, ' ', 1, true), string.find(entry, '\\n', 1, true)
  if tonumber(string.sub(entry, 1, space - 1)) <= now then return nil end
  return string.sub(entry, space + 1, line - 1), string.sub(entry, space + 1)
end

local function set(value, ttl, version)
  local expires = string.format('%.0f', now + ttl)
  redis.call('HSET', ENTRIES, key, expires .. ' ' .. version .. '\\n' .. value)
  redis.call('ZADD', DUE, expires, key)
  local keep = ttl + SLACK
  if redis.call('PTTL', ENTRIES) < keep then
    for _, one in ipairs(KEYS) do redis.call('PEXPIRE', one, string.format('%.0f', keep)) end
  else
    -- What was made anew has no time of its own yet.
    for _, one in ipairs(KEYS) do
      if redis.call('PTTL', one) == -1 then redis.call('PEXPIRE', one, redis.call('PTTL', ENTRIES)) end
    end
  end
end
`;

/** Answers the version, a line feed and the value; nil when there is none. */
export const SHARED_GET = script(`${LIBRARY}
local _, found = live()
return found or false
`);

/** ARGV: 3 value, 4 time to live in ms, 5 version, 6 capacity, 7 `oldest` when a full map may forget. */
export const SHARED_ADD = script(`${LIBRARY}
local version = live()
if version == ARGV[5] then return { 'added' } end
if version then return { 'present' } end
forget(key)
local capacity = tonumber(ARGV[6])
if redis.call('HLEN', ENTRIES) >= capacity then
  for _, member in ipairs(redis.call('ZRANGEBYSCORE', DUE, '-inf', now, 'LIMIT', 0, 64)) do forget(member) end
end
while redis.call('HLEN', ENTRIES) >= capacity do
  local oldest = ARGV[7] == 'oldest' and redis.call('ZRANGE', ADDED, 0, 0)[1]
  if not oldest then return { 'full' } end
  forget(oldest)
end
redis.call('ZADD', ADDED, redis.call('INCR', SEQUENCE), key)
set(ARGV[3], tonumber(ARGV[4]), ARGV[5])
return { 'added' }
`);

/** ARGV: 3 value, 4 time to live in ms, 5 version, 6 the version that it has to have. */
export const SHARED_REPLACE = script(`${LIBRARY}
local version = live()
if version == ARGV[5] then return { 'replaced' } end
if not version or version ~= ARGV[6] then return { 'kept' } end
set(ARGV[3], tonumber(ARGV[4]), ARGV[5])
return { 'replaced' }
`);

/** Removes an entry, if it is there. */
export const SHARED_DELETE = script(`${LIBRARY}
forget(key)
return { 'deleted' }
`);
