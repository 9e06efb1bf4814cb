/** Throws unless both are alike through and through: same values, same members, same order in lists. */
export function equal(actual: unknown, expected: unknown, what: string): void {
  if (!alike(actual, expected)) throw new Error(`${what}: expected ${show(expected)}, got ${show(actual)}`);
}

/** Throws unless it holds. */
export function ok(holds: boolean, what: string): void {
  if (!holds) throw new Error(what);
}

/** Throws unless the promise rejects. */
export async function rejects(promise: Promise<unknown>, what: string): Promise<void> {
  const outcome = await promise.then(
    (value) => ({ value }),
    () => undefined,
  );
  if (outcome !== undefined) throw new Error(`${what}: expected a rejection, got ${show(outcome.value)}`);
}

function alike(left: unknown, right: unknown): boolean {
  if (Object.is(left, right)) return true;
  if (typeof left !== 'object' || typeof right !== 'object' || left === null || right === null) return false;
  if (Array.isArray(left) !== Array.isArray(right)) return false;
  const names = membersOf(left);
  if (names.length !== membersOf(right).length) return false;
  return names.every((name) => Object.hasOwn(right, name) && alike(member(left, name), member(right, name)));
}

/** A member that is undefined counts as absent. */
const membersOf = (value: object): string[] => Object.keys(value).filter((name) => member(value, name) !== undefined);

const member = (value: object, name: string): unknown => (value as Record<string, unknown>)[name];

function show(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) => (typeof part === 'bigint' ? `${part}n` : part)) ?? String(value);
}
