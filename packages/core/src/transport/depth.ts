import { RequestError } from '../kit/errors.ts';

/**
 * Refuses a parsed value that is nested deeper than `maxDepth`; the value itself counts 1 when it is an object or a list. Level by level and not
 * recursive, so that the value under test can't exhaust the stack; a cycle counts as endless depth.
 *
 * @throws RequestError `body_too_deep`
 */
export function guardDepth(value: unknown, maxDepth: number): void {
  let level = nested([value]);
  for (let depth = 1; level.length > 0; depth++) {
    if (depth > maxDepth) throw new RequestError('body_too_deep', `The body is nested deeper than ${maxDepth} levels.`);
    level = [...new Set(level.flatMap((item) => nested(Object.values(item))))];
  }
}

function nested(values: readonly unknown[]): object[] {
  return values.filter((value): value is object => typeof value === 'object' && value !== null);
}
