import type { Target } from '../adapters/adapter.ts';
import type { WireFormat } from '../adapters/format.ts';
import type { ResolvedProvider } from '../providers/resolve.ts';

/** Time limits in milliseconds. */
export interface Timers {
  readonly firstToken: number;
  readonly idle: number;
}

/** One place where an alias can be served. */
export interface Deployment {
  /** Unique within the gateway: `alias#index`, or `provider/model` for direct names. */
  readonly id: string;
  readonly provider: ResolvedProvider;
  readonly target: Target;
  /** The same place in the further formats in which its provider serves this model. */
  readonly also: ReadonlyMap<WireFormat, Deployment>;
  readonly weight: number;
  readonly order: number;
  /** The target's name as records show it: `provider/model`. */
  readonly name: string;
  /** `name` and `id` as reply headers show them. */
  readonly shown: { readonly model: string; readonly deployment: string };
}

/** What callers ask for by name. */
export interface Alias {
  readonly name: string;
  readonly deployments: readonly Deployment[];
  readonly retries: number;
  readonly timers: (reasoning: boolean) => Timers;
  readonly total: number;
  readonly fallbacks: readonly string[];
  /** What becomes of a request whose dearest attempt no budget has room for. */
  readonly onBudget: 'refuse' | 'cheaper';
}

export interface PlannedAttempt {
  readonly alias: Alias;
  readonly deployment: Deployment;
  /** Why it stands here, in a few words: `weighted pick 1 of 2`, `retry`, `fallback claude`. */
  readonly reason: string;
}

/** Deployments by order, and by weighted shuffle within one order. `random` is uniform in [0, 1). */
export function shuffled(deployments: readonly Deployment[], random: () => number): readonly Deployment[] {
  if (deployments.length === 1) return deployments;
  // Efraimidis–Spirakis: sorting by u^(1/w) draws without replacement in proportion to weight.
  const keyed = deployments.map((deployment) => ({ deployment, key: Math.log(1 - random()) / deployment.weight }));
  keyed.sort((a, b) => a.deployment.order - b.deployment.order || b.key - a.key);
  return keyed.map((entry) => entry.deployment);
}

function attemptsOf(alias: Alias, reason: string, random: () => number): PlannedAttempt[] {
  const ring = shuffled(alias.deployments, random);
  const attempts: PlannedAttempt[] = [];
  for (let index = 0; index <= alias.retries; index++) {
    const deployment = ring[index % ring.length];
    if (deployment !== undefined) attempts.push({ alias, deployment, reason: index === 0 ? reason : `retry ${index}` });
  }
  return attempts;
}

/** The ordered list of attempts for an alias and, behind them, its fallbacks; at most `cap` of them. Pure but for `random`. */
export function planFor(
  alias: Alias,
  aliases: ReadonlyMap<string, Alias>,
  cap: number,
  random: () => number,
): PlannedAttempt[] {
  const plan = attemptsOf(alias, 'first pick', random);
  for (const name of alias.fallbacks) {
    const fallback = aliases.get(name);
    if (fallback !== undefined) plan.push(...attemptsOf(fallback, `fallback ${name}`, random));
  }
  return plan.length > cap ? capped(plan, alias, cap) : plan;
}

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
