import { below, type Problem } from './problems.ts';

/**
 * A copy of the declarative part as plain data: members that are undefined count as absent and are left out, except
 * `apiKey` (its variable is not set, which must not go unnoticed). Reports what no schema can say anything about:
 * circles, and `__proto__` as a name. Other values stay as they are, for the schema to judge.
 */
export function toData(value: unknown, problems: Problem[], path = '', above: readonly object[] = []): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (above.includes(value)) {
    problems.push({ path, text: 'refers to itself; write plain data' });
    return undefined;
  }
  const within = [...above, value];
  if (Array.isArray(value)) return value.map((item, index) => toData(item, problems, below(path, index), within));
  return isPlain(value) ? members(value, problems, path, within) : value;
}

function members(value: object, problems: Problem[], path: string, within: readonly object[]): Record<string, unknown> {
  const copy: [string, unknown][] = [];
  for (const [key, member] of Object.entries(value)) {
    if (key === '__proto__') problems.push({ path, text: '`__proto__` can not be a name here; take another' });
    else if (member !== undefined || key === 'apiKey')
      copy.push([key, toData(member, problems, below(path, key), within)]);
  }
  return Object.fromEntries(copy);
}

/** An object literal or parsed JSON, from whichever realm. */
function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}
