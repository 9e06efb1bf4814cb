import { parseDuration } from '@postern/core';
import type { Constraints, Objective, PolicyOptions, Rule, When } from './options.ts';
import { nanoUsd } from './units.ts';
import type { View } from './view.ts';

/** What goes for a request that says nothing else of what it is to be served by. */
const DEFAULT_RULES: readonly Rule[] = [
  { when: { task: ['code', 'math'] }, objective: 'best' },
  { when: { reasoning: 2 }, objective: 'best' },
];

/** The rules of a policy. A bandit finds out by itself what is best for what. */
export const rulesOf = ({ bandit, rules }: Pick<PolicyOptions, 'bandit' | 'rules'>): readonly Rule[] =>
  Array.isArray(rules) ? rules : bandit ? [] : DEFAULT_RULES;

/** What a model has to meet for one request. Nano-dollars and milliseconds. */
export interface Terms {
  readonly among: readonly string[];
  readonly objective: Objective;
  /** The number of the rule that goes for it; undefined: none does. */
  readonly rule: number | undefined;
  readonly maxCost: number | undefined;
  readonly maxLatency: number | undefined;
  readonly minTier: number | undefined;
  readonly regions: readonly string[] | undefined;
  readonly providers: readonly string[] | undefined;
}

/** The terms of each rule, and of what no rule is for, made once. */
export function termsOf(options: PolicyOptions): (view: View) => Terms {
  const rules = rulesOf(options);
  const terms = rules.map((rule, index) => joined(options, rule, index));
  const otherwise = joined(options, undefined, undefined);
  return (view) => {
    const at = rules.findIndex(({ when }) => meets(view, when));
    const own = terms[at] ?? otherwise;
    return view.bounds === undefined ? own : bounded(own, view.bounds);
  };
}

function joined(options: PolicyOptions, rule: Rule | undefined, index: number | undefined): Terms {
  const { maxCost, maxLatency, minTier, providers, regions }: Constraints = { ...options, ...rule };
  return {
    among: rule?.among ?? options.among,
    objective: rule?.objective ?? options.objective ?? 'cheapest',
    rule: index,
    maxCost: nanoUsd(maxCost),
    maxLatency: parseDuration(maxLatency),
    minTier,
    regions,
    providers,
  };
}

/** A request can ask for more, never for less. */
function bounded(terms: Terms, { maxCost, maxLatency, minTier }: NonNullable<View['bounds']>): Terms {
  return {
    ...terms,
    maxCost: least(terms.maxCost, maxCost),
    maxLatency: least(terms.maxLatency, maxLatency),
    minTier: minTier === undefined ? terms.minTier : Math.max(minTier, terms.minTier ?? 0),
  };
}

const least = (one: number | undefined, other: number | undefined): number | undefined =>
  one === undefined || other === undefined ? (one ?? other) : Math.min(one, other);

/** Is a rule for it? */
function meets(view: View, when: When): boolean {
  return (
    isOneOf(view.task, when.task) &&
    isOneOf(view.language, when.language) &&
    is(view.tools > 0, when.tools) &&
    is(view.images > 0, when.images) &&
    is(view.json, when.json) &&
    view.reasoning >= (when.reasoning ?? 0) &&
    view.length >= (when.minLength ?? 0) &&
    view.length <= (when.maxLength ?? Number.POSITIVE_INFINITY) &&
    (when.tag === undefined || (view.tags ?? []).some((tag) => isOneOf(tag, when.tag)))
  );
}

const is = (value: boolean, wanted: boolean | undefined): boolean => wanted === undefined || value === wanted;

/** A name, or several of them, as a list. */
export const namesIn = (names: string | readonly string[]): readonly string[] =>
  typeof names === 'string' ? [names] : names;

const isOneOf = (name: string, names: string | readonly string[] | undefined): boolean =>
  names === undefined || (typeof names === 'string' ? names === name : names.includes(name));

/** Is whatever a later rule is for taken by an earlier one? */
export function covers(earlier: When, later: When): boolean {
  return (
    listCovers(earlier.task, later.task) &&
    listCovers(earlier.language, later.language) &&
    listCovers(earlier.tag, later.tag) &&
    (['tools', 'images', 'json'] as const).every(
      (name) => earlier[name] === undefined || earlier[name] === later[name],
    ) &&
    (earlier.reasoning ?? 0) <= (later.reasoning ?? 0) &&
    (earlier.minLength ?? 0) <= (later.minLength ?? 0) &&
    (earlier.maxLength ?? Number.POSITIVE_INFINITY) >= (later.maxLength ?? Number.POSITIVE_INFINITY)
  );
}

const listCovers = (
  earlier: string | readonly string[] | undefined,
  later: string | readonly string[] | undefined,
): boolean => earlier === undefined || (later !== undefined && namesIn(later).every((name) => isOneOf(name, earlier)));
