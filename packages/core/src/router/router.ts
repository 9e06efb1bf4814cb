import type { ModelEntry } from '../adapters/adapter.ts';
import type { WireFormat } from '../adapters/format.ts';
import type { RoutingPolicy } from '../config/routing-policies.ts';
import type { ModelSettings } from '../config/settings.ts';
import { RequestError } from '../kit/errors.ts';
import { LONGEST_NAME } from '../kit/longest-name.ts';
import { Recent } from '../kit/recent.ts';
import { seeded } from '../kit/seeded.ts';
import { byPolicy } from './by-policy.ts';
import type { Trace } from './decision.ts';
import type { Deployment } from './deployment.ts';
import { fitOf, missOf, unfit } from './fitting.ts';
import type { Fleet } from './fleet.ts';
import type { Alias, PlannedAttempt } from './plan.ts';
import { beginnings, type Fleetwide, inFormat, isOpen, missedSide, picksBehind, planFor } from './planner.ts';
import type { Question } from './question.ts';
import { ASKS_NOTHING, type Asks, asksOf, reachOf } from './reach.ts';
import type { Relays } from './relays.ts';
import { noneFound, restError } from './rest-error.ts';
import { bucketOf, type Side } from './split.ts';

/** Model name → ordered attempts. Made at mount from the configuration; decides from what it is given and nothing else. */
export interface Router {
  /**
   * `format`: the client's, in which a provider serves it where it can. Throws RequestError `model_not_found`, and UpstreamError where all
   * deployments rest and were tried a moment ago. `trace`: is told how it was decided.
   */
  plan(question: Question, format?: WireFormat, trace?: Trace): readonly PlannedAttempt[];
  /** Where what is asked for by this name can be served, fallbacks apart; empty when nobody may ask for it. */
  deployments(model: string): readonly Deployment[];
  /** What the question about this model has to say besides, since it is decided by it; `fallbacks`: that the request names. */
  asks(model: string, fallbacks: Question['fallbacks']): Asks;
  /** Where a request for this model may go, fallbacks included. */
  reach(model: string, fallbacks: Question['fallbacks']): readonly Deployment[];
  /** The side of a gray release that a question, planned just now, is of, and that does not serve it because all rest there. */
  missed(question: Question, plan: readonly PlannedAttempt[]): Side | undefined;
  /** The alias that gets a copy of a request; undefined: none does. */
  shadow(question: Question): string | undefined;
  /** What `/v1/models` lists. */
  readonly models: readonly ModelEntry[];
  /** A `provider/model` that the path of a request names, whether or not callers may ask for it by name. Throws RequestError `model_not_found`. */
  through(name: string, format?: WireFormat): readonly PlannedAttempt[];
  /** At most so many of the deployments that are left of the alias of an attempt behind a plan, in the order in which they would be picked; `format`: as of `plan`. */
  behind(
    plan: readonly PlannedAttempt[],
    of: PlannedAttempt,
    most: number,
    question: Question,
    format: WireFormat | undefined,
  ): readonly PlannedAttempt[];
  /** A provider, or a deployment, by its id; undefined when it is there no longer. */
  place(id: string): Deployment | undefined;
  /**
   * Makes an alias anew, with the deployments that were found for it; what it gives puts that in the place of the one that is there. Throws ConfigError
   * where one of them can't be called.
   */
  renew(model: ModelSettings): () => void;
  /** The attempts for a request that is passed on to a place. `again`: it may be sent more than once. */
  relay(place: Deployment, again: boolean): readonly PlannedAttempt[];
  /** undefined: nothing is passed on. */
  readonly relays: Relays | undefined;
}

/** What a router is made from. */
export interface RouterParts {
  readonly aliases: Map<string, Alias>;
  /** An alias with other deployments. */
  renewed(model: ModelSettings): Alias;
  /** May callers ask for a `provider/model` by its name? */
  allowsDirect(name: string): boolean;
  /** An alias made up for a `provider/model`; undefined when the provider is unknown. */
  direct(name: string): Alias | undefined;
  /** An alias made up for a name that fits one with a `*`. */
  wild(name: string): Alias | undefined;
  place(id: string): Deployment | undefined;
  /** An alias of one place. */
  relayed(place: Deployment, again: boolean): Alias;
  readonly relays: Relays | undefined;
  /** Does any alias ask for what questions don't hold otherwise? */
  readonly asking: boolean;
  readonly models: readonly ModelEntry[];
  /** What chooses among aliases, by the name that callers ask for. */
  readonly policies: ReadonlyMap<string, RoutingPolicy>;
  readonly maxAttempts: number;
  readonly fallbackDepth: number;
  readonly fleet: Fleet;
}

const NONE: readonly string[] = Object.freeze([]);

export function createRouter(parts: RouterParts): Router {
  const { aliases, fleet, maxAttempts, policies } = parts;
  const fixed = fixedPlans(parts);
  const direct = directPlans(parts);
  const standing = (model: string): readonly PlannedAttempt[] | undefined =>
    fixed.get(model) ?? (!aliases.has(model) && parts.allowsDirect(model) ? direct(model) : undefined);
  const aliasOf = (model: string): Alias | undefined =>
    aliases.get(model) ?? standing(model)?.[0]?.alias ?? parts.wild(model);

  const fleetwide: Fleetwide = {
    aliases: { get: aliasOf },
    cap: maxAttempts,
    depth: parts.fallbackDepth,
    turn: (alias, own) => (own ? fleet.turn(alias) : fleet.nextTurn(alias)),
  };

  // Of those that stand as they are.
  let asked = new WeakMap<Alias, Asks>();
  const reached = (model: string, fallbacks: readonly string[]): ReadonlySet<Alias> =>
    reachOf([...(policies.get(model)?.among ?? [model]), ...fallbacks].map(aliasOf), aliasOf);

  function planned(question: Question, trace: Trace | undefined): readonly PlannedAttempt[] {
    const { model, now, seed, fallbacks = NONE } = question;
    const policy = policies.size === 0 ? undefined : policies.get(model);
    if (policy !== undefined) return chosen(policy, question, trace);
    const fast = standing(model);
    if (fast !== undefined && fallbacks.length === 0 && isOpen(fast, now) && allFit(fast, question)) return fast;
    const alias = fast?.[0]?.alias ?? aliases.get(model) ?? parts.wild(model) ?? unknown(model);
    const from = trace === undefined ? fleetwide : traced(fleetwide, fleet, question, trace);
    if (trace !== undefined) trace.percent = alias.split?.release?.percentAt(now);
    const plan = planFor(alias, question, from, seeded(seed));
    return plan.length > 0 ? plan : nobody(alias, question, from);
  }

  function chosen(policy: RoutingPolicy, question: Question, trace: Trace | undefined): readonly PlannedAttempt[] {
    const from = trace === undefined ? fleetwide : traced(fleetwide, fleet, question, trace);
    // Looked at, whether or not it is in the plan.
    for (const name of question.policy?.among ?? policy.among)
      if (trace?.turns.has(name) === false) trace.turns.set(name, fleet.nextTurn(name));
    const random = seeded(question.seed);
    const { alias, fleetwide: around } = byPolicy(policy, question, from, random, trace?.unfit);
    const plan = planFor(alias, question, around, random);
    return plan.length > 0 ? plan : nobody(alias, question, around);
  }

  return {
    models: parts.models,
    relays: parts.relays,
    place: parts.place,
    asks(model, fallbacks = NONE) {
      if (!parts.asking) return ASKS_NOTHING;
      if (fallbacks.length > 0) return asksOf(reached(model, fallbacks));
      const alias = policies.has(model) ? undefined : aliasOf(model);
      if (alias === undefined) return asksOf(reached(model, fallbacks));
      const asks = asked.get(alias) ?? asksOf(reached(model, fallbacks));
      asked.set(alias, asks);
      return asks;
    },
    reach: (model, fallbacks = NONE) => [...reached(model, fallbacks)].flatMap(({ deployments }) => deployments),
    deployments: (model) => aliasOf(model)?.deployments ?? [],
    plan(question, format, trace) {
      const plan = planned(question, trace);
      return format === undefined ? plan : inFormat(plan, format);
    },
    behind(plan, of, most, question, format) {
      const found = picksBehind(plan, of, most, question, fleet.nextTurn(of.alias.name), seeded(question.seed));
      return format === undefined ? found : inFormat(found, format);
    },
    missed(question, [first]) {
      if (first !== undefined && first.fallback === undefined) return undefined;
      const alias = aliases.get(question.model) ?? parts.wild(question.model);
      return alias?.split?.release === undefined ? undefined : missedSide(alias, question, fleetwide);
    },
    shadow(question) {
      const { name, shadow } = aliases.get(question.model) ?? {};
      // By a number of its own: a split by request draws another one.
      return shadow !== undefined && bucketOf(`${name}\nshadow`, 'request', question) < shadow.percent
        ? shadow.to
        : undefined;
    },
    through(name, format) {
      const plan = direct(name) ?? unknown(name);
      return format === undefined ? plan : inFormat(plan, format);
    },
    renew(model) {
      const alias = parts.renewed(model);
      return () => {
        aliases.set(alias.name, alias);
        asked = new WeakMap();
        fix(fixed, alias, maxAttempts);
      };
    },
    relay(place, again) {
      return lonePlan(parts.relayed(place, again), maxAttempts);
    },
  };
}

function traced(fleetwide: Fleetwide, fleet: Fleet, question: Question, { dry, turns, unfit }: Trace): Fleetwide {
  return {
    ...fleetwide,
    turn(name, own) {
      const turn = dry || !own ? fleet.nextTurn(name) : fleet.turn(name);
      if (turns.has(name)) return turn;
      turns.set(name, turn);
      const alias = fleetwide.aliases.get(name);
      for (const one of alias?.deployments ?? []) {
        const miss = alias && missOf(alias, question, one);
        if (miss !== undefined) unfit.set(one.id, miss);
      }
      return turn;
    },
  };
}

/** Of the one deployment of a plan that stands fast. */
function allFit([first]: readonly PlannedAttempt[], question: Question): boolean {
  const fits = first === undefined ? undefined : fitOf(first.alias, question);
  return first === undefined || fits === undefined || fits(first.deployment);
}

/** The plan is empty: the request is at fault where it could go nowhere at all. */
function nobody(alias: Alias, question: Question, fleetwide: Fleetwide): never {
  const left = beginnings(alias, question, fleetwide).flatMap((one) => {
    const fits = fitOf(one, question);
    return fits === undefined ? one.deployments : one.deployments.filter(fits);
  });
  if (left.length === 0 && alias.deployments.length > 0) throw unfit(alias, question);
  return resting(left, question.now);
}

/** Nobody is left to ask: said at once, in the words of what the one failed with that is back first. */
function resting(deployments: readonly Deployment[], now: number): never {
  if (deployments.length === 0) throw noneFound();
  const [first] = [...deployments].sort((a, b) => a.health.restsUntil - b.health.restsUntil);
  throw restError(first?.health, now);
}

function unknown(model: string): never {
  throw new RequestError(
    'model_not_found',
    `The model '${model.slice(0, 200)}' does not exist or is not served here.`,
    { param: 'model' },
  );
}

/** Where nothing is left to choose the plan is always the same: aliases of one deployment, and names that the configuration lists. */
function fixedPlans({
  aliases,
  maxAttempts,
  models,
  allowsDirect,
  direct,
}: RouterParts): Map<string, readonly PlannedAttempt[]> {
  const fixed = new Map<string, readonly PlannedAttempt[]>();
  for (const alias of aliases.values()) fix(fixed, alias, maxAttempts);
  for (const { id } of models) {
    const alias = aliases.has(id) || !allowsDirect(id) ? undefined : direct(id);
    if (alias !== undefined) fixed.set(id, lonePlan(alias, maxAttempts));
  }
  return fixed;
}

function fix(fixed: Map<string, readonly PlannedAttempt[]>, alias: Alias, maxAttempts: number): void {
  const { deployments, fallbacks, name, split } = alias;
  if (deployments.length === 1 && Object.keys(fallbacks).length === 0 && split === undefined)
    fixed.set(name, lonePlan(alias, maxAttempts));
  else fixed.delete(name);
}

/** Names come from requests, so only so many are remembered, and none of a length that no model has. */
const REMEMBERED = 1000;

/** What is made up for names that requests ask for; undefined where there is none of the name. */
export function remembered<Made>(make: (name: string) => Made | undefined): (name: string) => Made | undefined {
  const known = new Recent<string, Made>(REMEMBERED);
  return (name) => {
    const before = known.recall(name);
    if (before !== undefined) return before;
    const made = make(name);
    if (made !== undefined && name.length <= LONGEST_NAME) known.set(name, made);
    return made;
  };
}

/** Plans of direct names; undefined for a name of no provider. */
const directPlans = ({ direct, maxAttempts }: RouterParts): ((name: string) => readonly PlannedAttempt[] | undefined) =>
  remembered((name) => {
    const alias = direct(name);
    return alias === undefined ? undefined : lonePlan(alias, maxAttempts);
  });

/** The plan of an alias with one deployment and no fallbacks, whatever is asked. */
function lonePlan(alias: Alias, maxAttempts: number): readonly PlannedAttempt[] {
  const [deployment] = alias.deployments;
  if (deployment === undefined) return [];
  const attempts = Math.min(alias.retries + 1, maxAttempts);
  return Array.from({ length: attempts }, (_, index) => ({
    alias,
    deployment,
    reason: index === 0 ? 'the only one' : `retry ${index}`,
  }));
}
