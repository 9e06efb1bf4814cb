import type { Operation } from '../adapters/format.ts';
import type { Usage } from '../chat/usage.ts';
import { costOf } from '../cost/cost.ts';
import type { Priced, Pricer } from '../cost/pricer.ts';
import type { AttemptRecord } from '../store/store.ts';

/** What an attempt says of money: its cost in nano-dollars, or that it has none that anybody knows. */
export type Bill = Pick<AttemptRecord, 'cost' | 'unpriced'>;

/** What nobody sells by itself, so that an answer without usage owes nothing. */
const UNSOLD: ReadonlySet<string> = new Set([
  'count-tokens',
  'models',
  'model',
  'moderations',
  'health',
  'explain',
  'relay',
] satisfies (Operation | 'model' | 'health' | 'explain' | 'relay')[]);

const NOTHING: Bill = Object.freeze({});
const FREE: Bill = Object.freeze({ cost: '0' });
const UNPRICED: Bill = Object.freeze({ unpriced: true });

/**
 * The cost of what an attempt used. A part that has no price makes the whole one unpriced: a sum that lacks something would pass for the cost.
 * @param at when the attempt began
 */
export function billOf(pricer: Pricer, deployment: Priced, usage: Usage, at: number): Bill {
  const price = pricer.priceOf(deployment);
  if (price === undefined) return UNPRICED;
  const { nanoUsd, unpriced } = costOf(price, usage, at);
  return unpriced.length > 0 ? UNPRICED : { cost: nanoUsd.toString() };
}

/** The same where the provider told no usage: what it refused with a status it doesn't charge, and what it answered it does. */
export function billWithoutUsage(
  outcome: AttemptRecord['outcome'],
  status: number | undefined,
  operation: string,
): Bill {
  if (outcome === 'fault' && status !== undefined && status >= 400) return FREE;
  return outcome === 'ok' && !UNSOLD.has(operation) ? UNPRICED : NOTHING;
}

/** What a request cost: the sum of its attempts. */
export interface Total {
  /** Nano-dollars as a decimal; undefined when an attempt is unpriced, or none was priced. */
  readonly cost: string | undefined;
  readonly unpriced: boolean;
  readonly estimated: boolean;
}

export function totalOf(attempts: readonly AttemptRecord[]): Total {
  const priced = attempts.filter(({ cost }) => cost !== undefined);
  const unpriced = attempts.some((attempt) => attempt.unpriced === true);
  const estimated = attempts.some((attempt) => attempt.estimated === true);
  if (unpriced || priced.length === 0) return { cost: undefined, unpriced, estimated };
  const [first] = priced;
  if (priced.length === 1) return { cost: first?.cost, unpriced, estimated };
  return { cost: priced.reduce((sum, { cost }) => sum + BigInt(cost ?? 0), 0n).toString(), unpriced, estimated };
}
