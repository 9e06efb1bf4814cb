import { script } from './script.ts';

/** The ledger. KEYS: 1 records by attempt, 2 attempts in the order of appending, 3 attempts by their end, 4 the number of the last one. */
const LIBRARY = `
local RECORDS, ORDER, ENDED, SEQUENCE = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
`;

/** ARGV: attempt, end and record of each. */
export const LEDGER_APPEND = script(`${LIBRARY}
for at = 1, #ARGV, 3 do
  if redis.call('HSETNX', RECORDS, ARGV[at], ARGV[at + 2]) == 1 then
    redis.call('ZADD', ORDER, redis.call('INCR', SEQUENCE), ARGV[at])
    redis.call('ZADD', ENDED, ARGV[at + 1], ARGV[at])
  end
end
return { 'appended' }
`);

/** ARGV: 1 the number to begin after, 2 how many at the most. Answers numbers and records in turn. */
export const LEDGER_READ = script(`${LIBRARY}
local reply = {}
local found = redis.call('ZRANGEBYSCORE', ORDER, '(' .. ARGV[1], '+inf', 'WITHSCORES', 'LIMIT', 0, ARGV[2])
for at = 1, #found, 2 do
  reply[#reply + 1] = string.format('%.0f', tonumber(found[at + 1]))
  reply[#reply + 1] = redis.call('HGET', RECORDS, found[at])
end
return reply
`);

/** ARGV: 1 before when, 2 how many at the most. Answers how many were removed. */
export const LEDGER_PURGE = script(`${LIBRARY}
local old = redis.call('ZRANGEBYSCORE', ENDED, '-inf', '(' .. ARGV[1], 'LIMIT', 0, ARGV[2])
for _, attempt in ipairs(old) do
  redis.call('HDEL', RECORDS, attempt)
  redis.call('ZREM', ORDER, attempt)
  redis.call('ZREM', ENDED, attempt)
end
return { tostring(#old) }
`);
