import { script } from './script.ts';

/**
 * Documents. KEYS: 1 documents of a kind by id, 2 ids of the kind in order, 3 the stream of the audit.
 * A document is its etag, a line feed, and its value as JSON. ARGV: 1 the id.
 */
const LIBRARY = `
local DOCUMENTS, IDS, AUDIT = KEYS[1], KEYS[2], KEYS[3]
local id = ARGV[1]
local function etag_of(document) return document and string.match(document, '^[^\\n]*') or '' end
local function note(entry, length) redis.call('XADD', AUDIT, 'MAXLEN', '~', length, '*', 'entry', entry) end
`;

/** ARGV: 2 value, 3 the etag that it has to have (empty: none), 4 the new one, 5 audit entry, 6 how many of them are kept. Sent twice it is done once. */
export const ENTITY_PUT = script(`${LIBRARY}
local etag = etag_of(redis.call('HGET', DOCUMENTS, id))
if etag == ARGV[4] then return { 'put' } end
if etag ~= ARGV[3] then return { 'kept' } end
note(ARGV[5], ARGV[6])
redis.call('HSET', DOCUMENTS, id, ARGV[4] .. '\\n' .. ARGV[2])
redis.call('ZADD', IDS, 0, id)
return { 'put' }
`);

/** ARGV: 2 etag, 3 audit entry, 4 how many of them are kept. */
export const ENTITY_DELETE = script(`${LIBRARY}
local document = redis.call('HGET', DOCUMENTS, id)
if not document or etag_of(document) ~= ARGV[2] then return { 'kept' } end
note(ARGV[3], ARGV[4])
redis.call('HDEL', DOCUMENTS, id)
redis.call('ZREM', IDS, id)
return { 'deleted' }
`);

/** ARGV: 1 the id. Answers the document, or nothing. */
export const ENTITY_GET = script(`${LIBRARY}
local document = redis.call('HGET', DOCUMENTS, id)
return document and { document } or {}
`);

/** ARGV: 1 where to begin, as ZRANGEBYLEX takes it, 2 how many at the most. Answers ids and documents in turn. */
export const ENTITY_LIST = script(`${LIBRARY}
local reply = {}
for _, one in ipairs(redis.call('ZRANGEBYLEX', IDS, id, '+', 'LIMIT', 0, ARGV[2])) do
  reply[#reply + 1] = one
  reply[#reply + 1] = redis.call('HGET', DOCUMENTS, one) or ''
end
return reply
`);

/** KEYS: 3. ARGV: 1 the number of the entry that is newer than those wanted, as XREVRANGE takes it, 2 how many at the most. Answers numbers and entries in turn. */
export const AUDIT_LIST = script(`${LIBRARY}
local reply = {}
for _, one in ipairs(redis.call('XREVRANGE', AUDIT, id, '-', 'COUNT', ARGV[2])) do
  reply[#reply + 1] = one[1]
  reply[#reply + 1] = one[2][2]
end
return reply
`);
