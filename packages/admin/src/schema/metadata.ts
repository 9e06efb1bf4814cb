import * as z from 'zod';

/** Bytes of metadata as JSON, at most. */
const MOST_METADATA = 16_384;
const encoder = new TextEncoder();

/** What the host keeps with an entity: any JSON object up to {@link MOST_METADATA}. */
export function metadata() {
  return z
    .record(z.string(), z.unknown(), { error: 'is no object; write a JSON object' })
    .check(({ value, issues }) => {
      const problem = problemOf(value);
      if (problem !== undefined) issues.push({ code: 'custom', message: problem, input: value });
    })
    .meta({ description: `At most ${MOST_METADATA} bytes as JSON.` });
}

function problemOf(value: unknown): string | undefined {
  if (!isJson(value)) return 'has something that JSON can not hold; leave it out';
  const text = JSON.stringify(value);
  const { length } = encoder.encode(text);
  if (length > MOST_METADATA) return `is ${length} bytes as JSON; the most is ${MOST_METADATA}`;
  // A store of text can hold no half of a character, and not all of them a NUL.
  return /\\u0000|\\ud[89a-f][0-9a-f]{2}/.test(text)
    ? 'has text with a NUL or half a character; leave it out'
    : undefined;
}

/** How deep metadata may be nested; a body of the API can be no deeper. */
const MOST_DEPTH = 32;

/** Would it be the same when read back from JSON? */
function isJson(value: unknown, depth = MOST_DEPTH): boolean {
  if (typeof value === 'number') return Number.isFinite(value);
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return true;
  if (depth === 0 || typeof value !== 'object') return false;
  if (Array.isArray(value)) return value.every((item) => isJson(item, depth - 1));
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return false;
  return Object.entries(value).every(([name, item]) => name !== '__proto__' && isJson(item, depth - 1));
}
