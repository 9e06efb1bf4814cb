import type { WireFormat } from '../adapters/format.ts';
import { isUsable, mayProbe } from './condition.ts';
import { Picking } from './picking.ts';
import type { Alias, PlannedAttempt } from './plan.ts';
import type { Question } from './question.ts';

/** All that a plan is made from besides the question. */
export interface Fleetwide {
  readonly aliases: ReadonlyMap<string, Alias>;
  /** Most attempts of a plan. */
  readonly cap: number;
  /** How many plans were made for an alias before. */
  turn(alias: string): number;
}

/**
 * The ordered list of attempts for an alias and, behind them, its fallbacks. Empty when none of their deployments may be asked now, not even to try it.
 * Decides by what it is given, and `random`.
 */
export function planFor(
  alias: Alias,
  question: Question,
  { aliases, cap, turn }: Fleetwide,
  random: () => number,
): PlannedAttempt[] {
  const plan = attemptsOf(new Picking(question, alias, turn(alias.name), random), undefined);
  for (const name of alias.fallbacks) {
    const fallback = aliases.get(name);
    if (fallback !== undefined) plan.push(...attemptsOf(new Picking(question, fallback, turn(name), random), name));
  }
  if (plan.length === 0) return probeOf(alias, aliases, question.now);
  return plan.length > cap ? capped(plan, alias, cap) : plan;
}

function attemptsOf(choice: Picking, fallback: string | undefined): PlannedAttempt[] {
  const { alias, taken } = choice;
  const attempts: PlannedAttempt[] = [];
  for (let index = 0; index <= alias.retries; index++) {
    const deployment = choice.next() ?? taken[index % taken.length];
    if (deployment === undefined) break;
    const first = fallback === undefined ? alias.strategy.name : `fallback ${fallback}`;
    attempts.push({ alias, deployment, reason: index === 0 ? first : `retry ${index}` });
  }
  return attempts;
}

/** All of them rest: the one whose rest ends first is tried, where that was not done a moment ago. */
function probeOf(alias: Alias, aliases: ReadonlyMap<string, Alias>, now: number): PlannedAttempt[] {
  const candidates = [alias, ...alias.fallbacks.map((name) => aliases.get(name))].filter((one) => one !== undefined);
  let best: PlannedAttempt | undefined;
  for (const one of candidates) {
    for (const deployment of one.deployments) {
      if (!mayProbe(deployment.health, now)) continue;
      if (best !== undefined && best.deployment.health.restsUntil <= deployment.health.restsUntil) continue;
      best = { alias: one, deployment, reason: 'all rest: the first to be back is tried' };
    }
  }
  return best === undefined ? [] : [best];
}

/** May a plan that stands fast be used as it is? */
export const isOpen = (plan: readonly PlannedAttempt[], now: number): boolean =>
  plan.every(({ deployment }) => isUsable(deployment.health, now));

/** Cuts retries before it cuts fallbacks: another model is worth more than a third try of the same one. */
function capped(plan: PlannedAttempt[], first: Alias, cap: number): PlannedAttempt[] {
  const kept = [...plan];
  for (let index = kept.length - 1; index > 0 && kept.length > cap; index--) {
    if (kept[index]?.reason.startsWith('retry') === true && kept[index]?.alias !== first) kept.splice(index, 1);
  }
  for (let index = kept.length - 1; index > 0 && kept.length > cap; index--) {
    if (kept[index]?.reason.startsWith('retry') === true) kept.splice(index, 1);
  }
  return kept.slice(0, cap);
}

/** The plan with each deployment in the client's format, where its model is served in that besides the format of its provider's row. */
export function inFormat(plan: readonly PlannedAttempt[], format: WireFormat): readonly PlannedAttempt[] {
  return plan.some(({ deployment }) => deployment.also.has(format))
    ? plan.map((planned) => ({ ...planned, deployment: planned.deployment.also.get(format) ?? planned.deployment }))
    : plan;
}
