import type { PolicyCandidate, PolicyPlace, RoutingPolicy } from '../config/routing-policies.ts';
import { RequestError, type UpstreamError } from '../kit/errors.ts';
import { type Condition, isUsable } from './condition.ts';
import { type Deployment, tiersOf } from './deployment.ts';
import { fitOf, unfit } from './fitting.ts';
import type { Alias } from './plan.ts';
import type { Fleetwide } from './planner.ts';
import { answerTokens, type Question } from './question.ts';
import { noneFound } from './rest-error.ts';

/** Milliseconds for which it counts how long calls took. What is older says nothing of now: one that was slow is tried again. */
const FRESH = 60_000;

/** What a plan is made from once a policy has chosen. */
export interface ByPolicy {
  readonly alias: Alias;
  readonly fleetwide: Fleetwide;
}

/**
 * The alias that a policy chooses for a question, with only those deployments that it allows, and the others of its choice as fallbacks: no attempt goes anywhere else
 * unless the request names fallbacks itself. Throws RequestError `unsupported_by_target` for what nothing meets. `out`: is told which deployments it left out.
 */
export function byPolicy(
  policy: RoutingPolicy,
  question: Question,
  fleetwide: Fleetwide,
  random: () => number,
  out: Map<string, string> | undefined,
): ByPolicy {
  const { aliases } = fleetwide;
  const { among, view } = question.policy ?? { among: policy.among, view: undefined };
  const known = among.flatMap((name) => aliases.get(name) ?? []);
  const choice = policy.choose(view, candidatesOf(known, question), random);
  if (out !== undefined) for (const [id, why] of choice.out?.() ?? []) out.set(id, why);
  const chosen = new Map<string, Alias>();
  // More than that are never asked.
  for (const { name, places, reason } of choice.order.slice(0, fleetwide.cap)) {
    const alias = known.find((one) => one.name === name);
    if (alias !== undefined) chosen.set(name, { ...only(alias, places), why: reason });
  }
  const [first, ...rest] = chosen.values();
  if (first === undefined) throw unmet(known, question, choice.unmet);
  const own = Object.entries(first.fallbacks).map(([cause, names]) => [
    cause,
    names.filter((name) => chosen.has(name)),
  ]);
  const fallbacks: Alias['fallbacks'] = { ...Object.fromEntries(own), any: rest.map(({ name }) => name) };
  return {
    alias: { ...first, fallbacks },
    fleetwide: { ...fleetwide, depth: 1, aliases: { get: (name) => chosen.get(name) ?? aliases.get(name) } },
  };
}

function only(alias: Alias, places: readonly string[]): Alias {
  const deployments = alias.deployments.filter(({ id }) => places.includes(id));
  return deployments.length === alias.deployments.length
    ? alias
    : { ...alias, deployments, tiers: tiersOf(deployments) };
}

function candidatesOf(known: readonly Alias[], question: Question): PolicyCandidate[] {
  const candidates: PolicyCandidate[] = [];
  for (const alias of known) {
    const fits = fitOf(alias, question);
    const { deployments, name } = alias;
    const places = (fits === undefined ? deployments : deployments.filter(fits)).map((one) => placeOf(one, question));
    if (places.length > 0) candidates.push({ name, places });
  }
  return candidates;
}

function placeOf({ id, name, costs, health, region, target }: Deployment, question: Question): PolicyPlace {
  const { input, now, output } = question;
  const answer = answerTokens(output);
  return {
    id,
    model: name,
    provider: target.provider,
    region,
    cost: costs?.(input, answer, now),
    latency: question.stream ? speaksWithin(health, now) : endsWithin(health, answer, now),
    open: health.open,
    usable: isUsable(health, now),
  };
}

/** Percentiles, where they are kept. */
type Seen = Condition & { readonly p95?: number; readonly p95Whole?: number };

const speaksWithin = ({ firstToken, firstTokenAt, p95 = 0 }: Seen, now: number): number =>
  fresh(p95 > 0 ? p95 : firstToken, firstTokenAt, now);

const endsWithin = ({ p95Whole = 0, perToken, perTokenAt }: Seen, answer: number, now: number): number =>
  fresh(p95Whole > 0 ? p95Whole : perToken * answer, perTokenAt, now);

const fresh = (duration: number, at: number, now: number): number => (now - at > FRESH ? 0 : duration);

function unmet(
  known: readonly Alias[],
  question: Question,
  why: { readonly constraint: string; readonly says: string } | undefined,
): RequestError | UpstreamError {
  const [first] = known;
  if (known.length > 0 && known.every(({ deployments }) => deployments.length === 0)) return noneFound();
  if (why === undefined && first !== undefined) return unfit(first, question);
  const { constraint: param, says } = why ?? { constraint: 'model', says: 'is left for this request' };
  return new RequestError('unsupported_by_target', `No model of '${question.model.slice(0, 200)}' ${says}.`, { param });
}
