import type { Fault } from '../chat/fault.ts';
import { FALLBACK_CAUSES, type FallbackCause } from '../config/routing-fallbacks.ts';
import type { Alias, FallbackStep, PlannedAttempt } from './plan.ts';
import type { RetryBudget } from './retry-budget.ts';

/** Steps of one cause at most, whatever is configured. */
const MOST_STEPS = 32;

/** Causes for which only a list of their own leads on: the request is at fault, and another model must be meant for it. */
const OWN_LIST_ONLY: ReadonlySet<FallbackCause> = new Set(['contextWindow', 'contentPolicy']);

/** The causes for which an alias has fallbacks, `any` first. */
export const causesOf = ({ fallbacks }: Alias): readonly FallbackCause[] =>
  FALLBACK_CAUSES.filter((cause) => fallbacks[cause] !== undefined);

/** The fallbacks of an alias for a cause and, behind them, theirs for whatever happens there. `depth`: how often one may lead to the next. */
export function stepsOf(
  alias: Alias,
  cause: FallbackCause,
  depth: number,
  find: (name: string) => Alias | undefined,
): readonly FallbackStep[] {
  const steps: FallbackStep[] = [];
  const add = (of: Alias, on: FallbackCause, after: FallbackStep | undefined): void => {
    for (const name of of.fallbacks[on] ?? []) {
      const next = find(name);
      if (next === undefined || name === of.name || comesFrom(name, after) || name === alias.name) continue;
      if (steps.length < MOST_STEPS) steps.push({ alias: next, of, on, after });
    }
  };
  add(alias, cause, undefined);
  for (const step of steps) {
    if (depthOf(step) < depth) for (const next of causesOf(step.alias)) add(step.alias, next, step);
  }
  return steps;
}

function comesFrom(name: string, step: FallbackStep | undefined): boolean {
  for (let one = step; one !== undefined; one = one.after) if (one.alias.name === name) return true;
  return false;
}

function depthOf(step: FallbackStep): number {
  let depth = 0;
  for (let one: FallbackStep | undefined = step; one !== undefined; one = one.after) depth++;
  return depth;
}

/** What further calls of a plan are taken from: the budget of the alias that was asked for, also where the plan begins with a fallback of it. */
export function budgetOf(first: PlannedAttempt): RetryBudget | undefined {
  let { alias } = first;
  for (let step = first.fallback; step !== undefined; step = step.after) alias = step.of;
  return alias.budget;
}

/** Which fallbacks a fault asks for. */
export function causeOf({ kind, error, unfit }: Fault): FallbackCause {
  if (unfit === true) return 'unsupported';
  if (error?.code === 'budget_exhausted') return 'budget';
  if (kind === 'context-length') return 'contextWindow';
  if (kind === 'content-filter') return 'contentPolicy';
  return kind === 'timeout' ? 'timeout' : 'any';
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
  const entry = to.fallback;
  if (entry === undefined || (!other && !OWN_LIST_ONLY.has(cause))) return false;
  let left: FallbackCause | undefined;
  let at = alias;
  for (let step = fallback; ; step = step.after) {
    if (entry.of === at && entry.after === step)
      return entry.on === listFor(at, cause) || (entry.on === left && (other || left === cause));
    if (step === undefined) return false;
    left = step.on;
    at = step.of;
  }
}

function listFor({ fallbacks }: Alias, cause: FallbackCause): FallbackCause | undefined {
  if (fallbacks[cause] !== undefined) return cause;
  return OWN_LIST_ONLY.has(cause) ? undefined : 'any';
}
