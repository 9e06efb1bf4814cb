import type { Condition } from './condition.ts';
import type { Deployment } from './deployment.ts';
import type { PlannedAttempt } from './plan.ts';
import type { Question } from './question.ts';

/** What a condition looked like that nothing was known of: what is left out of a record. */
const UNKNOWN: Required<Condition> = Object.freeze({
  open: 0,
  firstToken: 0,
  perToken: 0,
  calls: 0,
  tokens: 0,
  failing: 0,
  tripped: false,
  restsUntil: 0,
  probing: false,
  probedAt: 0,
  fault: undefined,
  firstTokenAt: 0,
  perTokenAt: 0,
  minute: 0,
});

/** Members of a condition, in the order in which records hold them. */
const CONDITION_FIELDS = Object.freeze(Object.keys(UNKNOWN)) as readonly (keyof Condition)[];

/**
 * A decision with all that it was made from, as a line of JSON: made again from it, and from the configuration, it is the same decision. It holds
 * names, numbers and no content.
 */
export interface DecisionRecord {
  readonly v: 1;
  /** Of the request. */
  readonly id: string;
  /** Of the part of the configuration that decides: see `policyHash`. */
  readonly policy: string;
  /** What was asked, with the clock and the seed. */
  readonly question: Question;
  /** By alias: how many plans were made for it before. */
  readonly turns: Readonly<Record<string, number>>;
  /** What the numbers in `conditions` are. */
  readonly fields: readonly string[];
  /** By deployment: how each that could be chosen fared at that moment. null, and what is missing at the end: not known. */
  readonly conditions: Readonly<Record<string, readonly unknown[]>>;
  /** The deployments to ask, in order, with the reasons. */
  readonly plan: readonly (readonly [deployment: string, reason: string])[];
  /** The code of the error that it came to instead. */
  readonly refused?: string;
}

/** What a router tells of how it came to a plan. */
export interface Trace {
  /** Nothing is to be changed by it, so that the next plan is what it would have been. */
  readonly dry: boolean;
  /** Filled by the router: the turn of each alias that it looked at. */
  readonly turns: Map<string, number>;
  /** Filled by the router: why a policy left deployments out, by their id. */
  readonly out?: Map<string, string>;
}

/** By deployment: what the strategies of a plan went by; none of those that go by no number. */
export function scoresOf(plan: readonly PlannedAttempt[], question: Question): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  for (const alias of new Set(plan.map((planned) => planned.alias))) {
    const { deployments, strategy } = alias;
    if (strategy.scores === undefined) continue;
    const scores = new Float64Array(deployments.length);
    strategy.scores(alias, question, scores);
    for (const [at, { id }] of deployments.entries()) found.set(id, scores[at] ?? 0);
  }
  return found;
}

/** A condition as a row of a record. */
export function conditionRow(condition: Condition): unknown[] {
  const row: unknown[] = CONDITION_FIELDS.map((field) =>
    condition[field] === UNKNOWN[field] ? null : condition[field],
  );
  while (row.length > 0 && row[row.length - 1] === null) row.pop();
  return row;
}

/** The condition that a row of a record tells of. */
export function conditionOf(fields: readonly string[], row: readonly unknown[]): Condition {
  const condition: Record<string, unknown> = { ...UNKNOWN };
  for (const [index, field] of fields.entries()) {
    const value = row[index];
    if (value !== null && value !== undefined && Object.hasOwn(UNKNOWN, field)) condition[field] = value;
  }
  return condition as unknown as Condition;
}

/** Writes a decision down. */
export function recordOf(
  id: string,
  policy: string,
  question: Question,
  { turns }: Trace,
  candidates: Iterable<Deployment>,
  plan: readonly PlannedAttempt[],
  refused: string | undefined,
): DecisionRecord {
  const conditions: Record<string, readonly unknown[]> = {};
  for (const one of candidates) conditions[one.id] = conditionRow(one.health);
  return {
    v: 1,
    id,
    policy,
    question,
    turns: Object.fromEntries(turns),
    fields: CONDITION_FIELDS,
    conditions,
    plan: plan.map(({ deployment, reason }) => [deployment.id, reason]),
    ...(refused === undefined ? {} : { refused }),
  };
}
