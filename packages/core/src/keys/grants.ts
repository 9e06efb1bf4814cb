import type { LimitConfig, ScopedLimit } from '../config/limit-types.ts';

/** What is said of one that a caller is or belongs to. */
export interface Member {
  /** Where its limits hold. */
  readonly scope: ScopedLimit['scope'];
  /** undefined: all models. */
  readonly models: readonly string[] | undefined;
  readonly limits: readonly LimitConfig[] | undefined;
}

/** What a caller may, as all that it belongs to allow it. */
export interface Allowed {
  /** undefined: all models. */
  readonly models: readonly string[] | undefined;
  /** undefined: none. */
  readonly limits: readonly ScopedLimit[] | undefined;
}

/** The models that every member allows, and the limits of each. */
export function allowedBy(members: readonly Member[]): Allowed {
  let models: readonly string[] | undefined;
  for (const member of members) models = commonModels(models, member.models);
  const limits = members.flatMap(({ scope, limits: own = [] }) => own.map((limit) => ({ ...limit, scope })));
  return { models, limits: limits.length === 0 ? undefined : limits };
}

/** Patterns of the models that both lists match; undefined is a list that matches all. A `*` at the end of a pattern matches any rest. */
export function commonModels(
  left: readonly string[] | undefined,
  right: readonly string[] | undefined,
): readonly string[] | undefined {
  if (left === undefined || right === undefined) return left ?? right;
  return [...new Set(left.flatMap((one) => right.flatMap((other) => narrower(one, other))))];
}

/** Of two patterns the one that matches nothing but what the other matches too; none when they have nothing in common. */
function narrower(one: string, other: string): readonly string[] {
  if (covers(other, one)) return [one];
  return covers(one, other) ? [other] : [];
}

const covers = (wide: string, narrow: string): boolean =>
  wide.endsWith('*') ? narrow.startsWith(wide.slice(0, -1)) : wide === narrow;
