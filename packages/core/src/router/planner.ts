import type { WireFormat } from '../adapters/format.ts';
import { isUsable, mayProbe } from './condition.ts';
import { causesOf, restLists, stepsOf } from './fallbacks.ts';
import { fitOf } from './fitting.ts';
import { Picking } from './picking.ts';
import type { Alias, FallbackStep, PlannedAttempt } from './plan.ts';
import type { Question } from './question.ts';
import { type Side, shareOf } from './split.ts';

/** All that a plan is made from besides the question. */
export interface Fleetwide {
  readonly aliases: Pick<ReadonlyMap<string, Alias>, 'get'>;
  /** Most attempts of a request: those of a plan that can follow upon one another. */
  readonly cap: number;
  /** How often a fallback may lead to the next one; default 1. */
  readonly depth?: number;
  /** How many plans were made for an alias before. `own`: this one is for it, and not only by way of its fallbacks. */
  turn(alias: string, own: boolean): number;
}

/**
 * The ordered list of attempts for an alias and, behind them, its fallbacks. Empty when none of their deployments may be asked now, not even to try it.
 * Decides by what it is given, and `random`.
 */
export function planFor(
  alias: Alias,
  question: Question,
  fleetwide: Fleetwide,
  random: () => number,
): PlannedAttempt[] {
  const { cap, turn } = fleetwide;
  const first = entryOf(alias, question, fleetwide);
  // Which plans lead to a fallback is no matter of its own turns: it draws one.
  const branch = (cause: FallbackStep['on']): PlannedAttempt[] =>
    steps(first, cause, question, fleetwide).flatMap((step) =>
      attemptsOf(new Picking(question, step.alias, turn(step.alias.name, false) + question.seed, random), step),
    );
  const plan = attemptsOf(
    new Picking(question, first, turn(first.name, true), random),
    undefined,
    sideOf(alias, first),
  );
  const causes = causesOf(first);
  const leads = plan.length > 0 ? ONLY_ANY.filter((cause) => causes.includes(cause)) : leadsOf(first);
  for (const cause of leads) plan.push(...branch(cause));
  if (plan.length === 0) plan.push(...probeOf(first, question, fleetwide, sideOf(alias, first)));
  if (plan.length === 0) return plan;
  const main = plan.length > cap ? capped(plan, first, cap) : plan;
  for (const cause of causes) if (!leads.includes(cause)) main.push(...capped(branch(cause), undefined, cap));
  return main;
}

const ONLY_ANY: readonly FallbackStep['on'][] = Object.freeze(['any']);

/** The lists by which it goes on where none of its own deployments can be asked: those for what they rest after, then that for whatever happens. */
const leadsOf = (alias: Alias): readonly FallbackStep['on'][] =>
  [...new Set([...restLists(alias), ...ONLY_ANY])].filter((cause) => alias.fallbacks[cause] !== undefined);

/** Every alias whose deployments a plan may begin with. */
export function beginnings(alias: Alias, question: Question, fleetwide: Fleetwide): readonly Alias[] {
  const first = entryOf(alias, question, fleetwide);
  return [first, ...probed(first, question, fleetwide).map((step) => step.alias)];
}

const probed = (first: Alias, question: Question, fleetwide: Fleetwide): readonly FallbackStep[] =>
  leadsOf(first).flatMap((cause) => steps(first, cause, question, fleetwide));

/** The alias that the plan begins with: of a share the one that it leads to, which falls back to the one that was asked for. */
function entryOf(alias: Alias, question: Question, { aliases }: Fleetwide): Alias {
  const { fallbacks } = question;
  const name = alias.split === undefined ? undefined : shareOf(alias.name, alias.split, question);
  const share = name === undefined ? undefined : aliases.get(name);
  if (share !== undefined)
    return {
      ...share,
      ...(alias.budget === undefined ? {} : { budget: alias.budget }),
      fallbacks:
        fallbacks === undefined
          ? { ...share.fallbacks, any: [alias.name, ...(share.fallbacks.any ?? [])] }
          : { any: fallbacks },
    };
  return fallbacks === undefined ? alias : { ...alias, fallbacks: { any: fallbacks } };
}

/**
 * The side of a gray release that a question is of, where all rest that could serve it there: no call tells that it fails. Asked about the question that was
 * planned just now.
 */
export function missedSide(alias: Alias, question: Question, fleetwide: Fleetwide): Side | undefined {
  const first = entryOf(alias, question, fleetwide);
  const fits = fitOf(first, question);
  let resting = 0;
  for (const one of first.deployments) {
    if (fits?.(one) === false) continue;
    if (isUsable(one.health, question.now)) return undefined;
    resting++;
  }
  return resting === 0 ? undefined : sideOf(alias, first);
}

function sideOf({ name, split }: Alias, first: Alias): Side | undefined {
  const release = split?.release;
  if (split === undefined || release === undefined) return undefined;
  const arm = first.name === name ? release.old : release.fresh;
  return { release, arm, alias: name, to: split.to[0]?.model ?? '' };
}

const steps = (
  alias: Alias,
  cause: FallbackStep['on'],
  { fallbacks }: Question,
  { aliases, depth = 1 }: Fleetwide,
): readonly FallbackStep[] => stepsOf(alias, cause, fallbacks === undefined ? depth : 1, (name) => aliases.get(name));

function attemptsOf(choice: Picking, fallback: FallbackStep | undefined, side?: Side): PlannedAttempt[] {
  const { alias, taken } = choice;
  const attempts: PlannedAttempt[] = [];
  for (let index = 0; index <= alias.retries; index++) {
    const deployment = choice.next() ?? taken[index % taken.length];
    if (deployment === undefined) break;
    const entry = fallback === undefined ? alias.strategy.name : reasonOf(fallback);
    const chosen = alias.why === undefined ? entry : `${entry}: ${alias.why}`;
    const reason = index > 0 ? `retry ${index}` : chosen;
    attempts.push({
      alias,
      deployment,
      reason,
      ...(fallback === undefined ? {} : { fallback }),
      ...(side === undefined ? {} : { side }),
    });
  }
  return attempts;
}

/** At most so many of the deployments that are left of an alias behind a plan in which it stands as in `of`, in the order in which they would be picked. */
export function picksBehind(
  plan: readonly PlannedAttempt[],
  of: PlannedAttempt,
  most: number,
  question: Question,
  turn: number,
  random: () => number,
): PlannedAttempt[] {
  const choice = new Picking(question, of.alias, turn, random);
  const planned = new Set(plan.filter(({ alias }) => alias === of.alias).map(({ deployment }) => deployment.id));
  // The same in another format is the same.
  choice.taken.push(...of.alias.deployments.filter(({ id }) => planned.has(id)));
  const found: PlannedAttempt[] = [];
  while (found.length < most) {
    const deployment = choice.next();
    if (deployment === undefined) break;
    found.push({ ...of, deployment, reason: 'further pick' });
  }
  return found;
}

const reasonOf = ({ alias, on }: FallbackStep): string =>
  on === 'any' ? `fallback ${alias.name}` : `fallback ${alias.name} (${on})`;

/** All of them rest: the one whose rest ends first is tried, where that was not done a moment ago. */
function probeOf(first: Alias, question: Question, fleetwide: Fleetwide, side: Side | undefined): PlannedAttempt[] {
  const { now } = question;
  let best: PlannedAttempt | undefined;
  for (const fallback of [undefined, ...probed(first, question, fleetwide)]) {
    const { alias } = fallback ?? { alias: first };
    const fits = fitOf(alias, question);
    for (const deployment of alias.deployments) {
      if (!mayProbe(deployment.health, now) || fits?.(deployment) === false) continue;
      if (best !== undefined && best.deployment.health.restsUntil <= deployment.health.restsUntil) continue;
      const reason = 'all rest: the first to be back is tried';
      const of = fallback === undefined ? side && { side } : { fallback };
      best = { alias, deployment, reason, probe: true, ...of };
    }
  }
  return best === undefined ? [] : [best];
}

/** May a plan that stands fast be used as it is? */
export const isOpen = (plan: readonly PlannedAttempt[], now: number): boolean =>
  plan.every(({ deployment }) => isUsable(deployment.health, now));

/** Cuts retries before it cuts fallbacks: another model is worth more than a third try of the same one. */
function capped(plan: PlannedAttempt[], first: Alias | undefined, cap: number): PlannedAttempt[] {
  const kept = [...plan];
  let over = kept.filter(isOnTheWay).length - cap;
  for (const others of [true, false])
    for (let index = kept.length - 1; index > 0 && over > 0; index--) {
      const one = kept[index];
      if (one === undefined || !one.reason.startsWith('retry') || (others && one.alias === first)) continue;
      kept.splice(index, 1);
      if (isOnTheWay(one)) over--;
    }
  let left = cap;
  return kept.filter((one) => !isOnTheWay(one) || left-- > 0);
}

/** Does the plan come to it by itself? What stands aside, for a cause of its own, takes nobody's place. */
function isOnTheWay({ fallback }: PlannedAttempt): boolean {
  for (let step = fallback; step?.after !== undefined; step = step.after) if (step.on !== 'any') return false;
  return true;
}

/** The plan with each deployment in the client's format, where its model is served in that besides the format of its provider's row. */
export function inFormat(plan: readonly PlannedAttempt[], format: WireFormat): readonly PlannedAttempt[] {
  return plan.some(({ deployment }) => deployment.also.has(format))
    ? plan.map((planned) => ({ ...planned, deployment: planned.deployment.also.get(format) ?? planned.deployment }))
    : plan;
}
