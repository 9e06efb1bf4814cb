import type { PolicyCandidate, PolicyChoice, PolicyPlace } from '@postern/core';
import { drawOf } from './beta.ts';
import type { Objective } from './options.ts';
import type { Terms } from './rules.ts';
import type { TierOf } from './tiers.ts';
import { dollars } from './units.ts';
import type { View } from './view.ts';

/** What a constraint is called. */
type Constraint = 'providers' | 'regions' | 'minTier' | 'maxCost' | 'maxLatency';

/** A candidate with those of its places that meet the constraints: as good as the worst of them. Its reason is made when somebody reads it. */
class Ranked {
  readonly name: string;
  readonly places: string[] = [];
  /** 0: nobody knows. */
  tier = 4;
  /** Nano-dollars; infinite: nobody knows. */
  cost = 0;
  /** Milliseconds; 0: nothing was seen, and it is tried; infinite: it is being tried. */
  latency = 0;
  usable = false;
  /** What was drawn for it, 0 to 1. */
  draw: number | undefined;
  readonly #terms: Terms;
  readonly #view: View;

  constructor(name: string, terms: Terms, view: View) {
    this.name = name;
    this.#terms = terms;
    this.#view = view;
  }

  add({ cost = Number.POSITIVE_INFINITY, id, latency, open, usable }: PolicyPlace, tier: number | undefined): void {
    this.places.push(id);
    this.tier = Math.min(this.tier, tier ?? 0);
    this.cost = Math.max(this.cost, cost);
    if (!usable) return;
    this.usable = true;
    this.latency = Math.max(this.latency, latency === 0 && open > 0 ? Number.POSITIVE_INFINITY : latency);
  }

  get reason(): string {
    const { cost, draw, latency, tier } = this;
    const { objective, rule } = this.#terms;
    const { task } = this.#view;
    const parts = [draw === undefined ? `${objective} for ${task}` : `drew ${draw.toFixed(3)} for ${task}`];
    if (rule !== undefined) parts.push(`rule ${rule}`);
    if (tier > 0) parts.push(`tier ${tier}`);
    if (Number.isFinite(cost)) parts.push(dollars(cost));
    if (latency > 0 && Number.isFinite(latency)) parts.push(`${Math.round(latency)} ms`);
    return parts.join(', ');
  }
}

/** Which candidates meet the terms, the one to ask first at the head, with the reasons. Decides from what it is given. */
export function choose(
  terms: Terms,
  view: View,
  candidates: readonly PolicyCandidate[],
  tierOf: TierOf,
  random: () => number,
): PolicyChoice {
  const out: Out[] = [];
  const missed = new Missed(terms);
  const ranked: Ranked[] = [];
  for (const { name, places } of candidates) {
    if (!terms.among.includes(name)) {
      for (const place of places) out.push({ place, tier: undefined, why: 'among' });
      continue;
    }
    const one = new Ranked(name, terms, view);
    for (const place of places) {
      const tier = tierOf(name, place.model);
      const failed = failing(place, tier, terms);
      if (failed === undefined) one.add(place, tier);
      else {
        missed.note(failed, place, tier);
        out.push({ place, tier, why: failed });
      }
    }
    if (one.places.length === 0) continue;
    one.draw = drawn(view, name, random);
    ranked.push(one);
  }
  // Put into words when somebody asks.
  const told = (): ReadonlyMap<string, string> => new Map(out.map((one) => [one.place.id, wordsOf(one, terms)]));
  if (ranked.length === 0)
    return { order: [], out: told, ...(candidates.length === 0 ? {} : { unmet: missed.told() }) };
  const { objective } = terms;
  const better = view.learnt === undefined ? BETTER[objective] : moreOf;
  ranked.sort((a, b) => Number(b.usable) - Number(a.usable) || better(a, b));
  return { order: ranked, out: told };
}

/** undefined: nothing is learnt here. */
function drawn({ learnt }: View, name: string, random: () => number): number | undefined {
  if (learnt === undefined) return undefined;
  const [good, bad] = learnt[name] ?? NOTHING_LEARNT;
  return drawOf(1 + good, 1 + bad, random);
}
const NOTHING_LEARNT = [0, 0] as const;

function failing(place: PolicyPlace, tier: number | undefined, terms: Terms): Constraint | undefined {
  const { maxCost, maxLatency, minTier, providers, regions } = terms;
  if (providers?.includes(place.provider) === false) return 'providers';
  if (regions !== undefined && (place.region === undefined || !regions.includes(place.region))) return 'regions';
  if (minTier !== undefined && (tier === undefined || tier < minTier)) return 'minTier';
  if (maxCost !== undefined && (place.cost === undefined || place.cost > maxCost)) return 'maxCost';
  return maxLatency !== undefined && place.latency > maxLatency ? 'maxLatency' : undefined;
}

/** Two that are equally unknown are equal. */
const less = (a: number, b: number): number => (a === b ? 0 : a - b);

const BETTER: Readonly<Record<Objective, (a: Ranked, b: Ranked) => number>> = {
  cheapest: (a, b) => less(a.cost, b.cost) || b.tier - a.tier,
  fastest: (a, b) => less(a.latency, b.latency) || less(a.cost, b.cost),
  best: (a, b) => b.tier - a.tier || less(a.cost, b.cost),
};
const moreOf = (a: Ranked, b: Ranked): number => (b.draw ?? 0) - (a.draw ?? 0);

/** A place that is out. */
interface Out {
  readonly place: PolicyPlace;
  readonly tier: number | undefined;
  readonly why: Constraint | 'among';
}

function wordsOf({ place: { cost, latency, region }, tier, why }: Out, terms: Terms): string {
  const { maxCost = 0, maxLatency, minTier, rule } = terms;
  switch (why) {
    case 'among':
      return `is not for rule ${rule}`;
    case 'minTier':
      return `minTier: ${tier === undefined ? 'its tier is unknown' : `is of tier ${tier}, below ${minTier}`}`;
    case 'maxCost':
      return `maxCost: ${cost === undefined ? 'has no known price' : `costs about ${dollars(cost)}, above ${dollars(maxCost)}`}`;
    case 'maxLatency':
      return `maxLatency: takes ${Math.round(latency)} ms, above ${maxLatency}`;
    case 'regions':
      return `regions: is in ${region ?? 'none'}`;
    default:
      return 'providers: is of another provider';
  }
}

/** Which constraints places missed, and how near they came. */
class Missed {
  readonly #terms: Terms;
  readonly #counts = new Map<Constraint, number>();
  #highest = 0;
  #least = Number.POSITIVE_INFINITY;
  #quickest = Number.POSITIVE_INFINITY;

  constructor(terms: Terms) {
    this.#terms = terms;
  }

  note(constraint: Constraint, { cost = Number.POSITIVE_INFINITY, latency }: PolicyPlace, tier = 0): void {
    this.#counts.set(constraint, (this.#counts.get(constraint) ?? 0) + 1);
    if (constraint === 'minTier') this.#highest = Math.max(this.#highest, tier);
    if (constraint === 'maxCost') this.#least = Math.min(this.#least, cost);
    if (constraint === 'maxLatency') this.#quickest = Math.min(this.#quickest, latency);
  }

  /** All that was missed; the constraint that most places missed names it. */
  told(): { constraint: string; says: string } {
    const names = [...this.#counts].sort((a, b) => b[1] - a[1]).map(([name]) => name);
    const [constraint = 'among'] = names;
    if (names.length === 0) return { constraint, says: 'that is meant for such requests may be used by this caller' };
    return { constraint, says: `meets ${names.map((name) => this.#words(name)).join(' and ')}` };
  }

  #words(name: Constraint): string {
    const { maxCost = 0, maxLatency, minTier, providers = [], regions = [] } = this.#terms;
    if (name === 'minTier')
      return `minTier ${minTier} (${this.#highest === 0 ? 'no tier is known' : `the highest is ${this.#highest}`})`;
    if (name === 'maxCost')
      return `maxCost ${dollars(maxCost)} (${Number.isFinite(this.#least) ? `the least is about ${dollars(this.#least)}` : 'no price is known'})`;
    if (name === 'maxLatency') return `maxLatency ${maxLatency} ms (the least is ${Math.round(this.#quickest)} ms)`;
    return name === 'regions' ? `regions ${regions.join(', ')}` : `providers ${providers.join(', ')}`;
  }
}
