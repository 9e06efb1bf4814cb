import type { Limit, ScopeId } from '@postern/core';

/**
 * Names of keys. What follows the prefix is JSON, so that any two ids have two keys: no separator can be smuggled in, and half of a surrogate pair
 * (which UTF-8 can't write) is not taken for another one. What stands in the first braces of a key decides on its slot in a cluster, so all keys
 * with one tag are in one place: https://redis.io/docs/latest/operate/oss_and_stack/reference/cluster-spec/#hash-tags
 */
export type Prefix = `{${string}}:`;

/** The tag of the limits, and the beginning of that of all others. @throws RangeError for an empty name or one with braces, which would move the tag */
export function prefixOf(name: string): Prefix {
  if (name === '' || /[{}\p{Surrogate}]/u.test(name))
    throw new RangeError('The prefix of a Redis store must be a text without braces, and not empty.');
  return `{${name}}:`;
}

/** A prefix with a slot of its own for one part of the store. */
export const partOf = (name: string, part: string): Prefix => `{${name}:${part}}:`;

/** An id as a member of a set or the end of a key. */
export const idOf = (id: string): string => JSON.stringify(id);

/**
 * The counter of a limit. What makes it another limit is in its key (a calendar's months differ in length and are one): processes that are configured
 * differently for a while count apart, and none resets what the others count.
 */
export function counterKey(prefix: Prefix, scope: ScopeId, limit: Limit): string {
  const { id, counts, window, start, slices } = limit;
  const length = counts === 'concurrency' ? 0 : start === undefined ? window : 'calendar';
  return `${prefix}c:${JSON.stringify([scope, id, counts, length, slices ?? 1])}`;
}
