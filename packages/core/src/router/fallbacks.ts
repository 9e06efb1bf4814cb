import type { Fault } from '../chat/fault.ts';
import { CAUSE_OF, FALLBACK_CAUSES, type FallbackCause } from '../config/routing-fallbacks.ts';
import type { Alias, FallbackStep, PlannedAttempt } from './plan.ts';
import type { RetryBudget } from './retry-budget.ts';

/** Steps of one cause at most, whatever is configured. */
const MOST_STEPS = 32;

/** Causes for which only a list of their own leads on: the request is at fault, and another model must be meant for it. */
const OWN_LIST_ONLY: ReadonlySet<FallbackCause> = new Set(['contextWindow', 'contentPolicy']);

/** The causes for which an alias has fallbacks, `any` first. */
export const causesOf = ({ fallbacks }: Alias): readonly FallbackCause[] =>
  FALLBACK_CAUSES.filter((cause) => fallbacks[cause] !== undefined);

/** The fallbacks of an alias for a cause and, behind each, its own for whatever happens there. `depth`: how often one may lead to the next. */
export function stepsOf(
  alias: Alias,
  cause: FallbackCause,
  depth: number,
  find: (name: string) => Alias | undefined,
): readonly FallbackStep[] {
  const steps: FallbackStep[] = [];
  const add = (of: Alias, on: FallbackCause, after: FallbackStep | undefined, left: number): void => {
    for (const name of of.fallbacks[on] ?? []) {
      const next = find(name);
      if (next === undefined || name === of.name || comesFrom(name, after) || name === alias.name) continue;
      if (steps.length >= MOST_STEPS) return;
      const step = { alias: next, of, on, after };
      steps.push(step);
      if (left > 1) for (const cause of causesOf(next)) add(next, cause, step, left - 1);
    }
  };
  add(alias, cause, undefined, depth);
  return steps;
}

function comesFrom(name: string, step: FallbackStep | undefined): boolean {
  for (let one = step; one !== undefined; one = one.after) if (one.alias.name === name) return true;
  return false;
}

/** What further calls of a plan are taken from: the budget of the alias that was asked for, also where the plan begins with a fallback of it. */
export const budgetOf = ({ alias, fallback }: PlannedAttempt): RetryBudget | undefined =>
  (firstStep(fallback)?.of ?? alias).budget;

/** The step by which a plan left the alias that was asked for. */
export function firstStep(fallback: FallbackStep | undefined): FallbackStep | undefined {
  let first = fallback;
  while (first?.after !== undefined) first = first.after;
  return first;
}

/** Which fallbacks a fault asks for. */
export function causeOf({ kind, error, unfit }: Pick<Fault, 'kind' | 'error' | 'unfit'>): FallbackCause {
  if (unfit === true) return 'unsupported';
  if (error?.code === 'budget_exhausted') return 'budget';
  return CAUSE_OF[kind] ?? 'any';
}

/**
 * May an attempt follow upon another one that ended for this cause? `other`: may another deployment serve the request as it is? An alias's own
 * deployments come first, then its fallbacks for the cause, then what is left of the list by which it was reached.
 */
export function follows(
  to: PlannedAttempt,
  { alias, fallback }: PlannedAttempt,
  cause: FallbackCause,
  other: boolean,
): boolean {
  if (to.fallback === fallback && to.alias === alias) return other;
  if (to.fallback === undefined || (!other && !OWN_LIST_ONLY.has(cause))) return false;
  let left: FallbackCause | undefined;
  let at = alias;
  for (let step = fallback; ; step = step.after) {
    const entry = leaving(to.fallback, at, step);
    if (entry !== undefined) {
      if (entry.on !== listFor(at, cause) && (entry.on !== left || (!other && left !== cause))) return false;
      return passesOver(to.fallback, entry, cause);
    }
    if (step === undefined) return false;
    left = step.on;
    at = step.of;
  }
}

/** The step by which the way to a fallback leaves an alias that came into the plan by `after`. */
function leaving(to: FallbackStep, of: Alias, after: FallbackStep | undefined): FallbackStep | undefined {
  for (let one: FallbackStep | undefined = to; one !== undefined; one = one.after)
    if (one.of === of && one.after === after) return one;
  return undefined;
}

/** Are the aliases on the way to it such that it stands for them, where none of theirs can be asked? */
function passesOver(to: FallbackStep, from: FallbackStep, cause: FallbackCause): boolean {
  for (let one: FallbackStep | undefined = to; one !== undefined && one !== from; one = one.after)
    if (one.on !== listFor(one.of, cause) && !restLists(one.of).includes(one.on)) return false;
  return true;
}

/** The lists of an alias that are meant for what its deployments rest after. */
export function restLists(alias: Alias): readonly FallbackCause[] {
  const lists = new Set<FallbackCause>();
  for (const { health } of alias.deployments) {
    if (!health.tripped) continue;
    const list = listFor(alias, health.fault === undefined ? 'any' : causeOf({ kind: health.fault }));
    if (list !== undefined) lists.add(list);
  }
  return [...lists].filter((list) => alias.fallbacks[list] !== undefined);
}

function listFor({ fallbacks }: Alias, cause: FallbackCause): FallbackCause | undefined {
  if (fallbacks[cause] !== undefined) return cause;
  return OWN_LIST_ONLY.has(cause) ? undefined : 'any';
}
