import type { AttemptRecord } from '@postern/core';
import type { Cell } from './csv.ts';
import { tokensOf, usdOf } from './usd.ts';

type Column = readonly [name: string, of: (record: AttemptRecord) => Cell];

const time = (ms: number | undefined): string | undefined =>
  ms === undefined ? undefined : new Date(ms).toISOString();

/** An attempt in columns. Names stay; new ones come behind. `cost_usd` is exact, and empty where the price is not known. */
export const ATTEMPT_COLUMNS: readonly Column[] = [
  ['attempt', (one) => one.attempt],
  ['request', (one) => one.request],
  ['started_at', (one) => time(one.startedAt)],
  ['ended_at', (one) => time(one.endedAt)],
  ['first_token_at', (one) => time(one.firstTokenAt)],
  ['caller', (one) => one.caller],
  ['scopes', (one) => one.scopes.join(' ')],
  ['operation', (one) => one.operation],
  ['model_asked', (one) => one.modelAsked],
  ['model_served', (one) => one.modelServed],
  ['provider', (one) => one.provider],
  ['deployment', (one) => one.deployment],
  ['outcome', (one) => one.outcome],
  ['fault_kind', (one) => one.faultKind],
  ['status', (one) => one.status],
  ['tokens', tokensOf],
  ['usage', (one) => (one.usage === undefined ? undefined : JSON.stringify(one.usage))],
  ['estimated', (one) => one.estimated === true],
  ['cost_usd', usdOf],
  ['unpriced', (one) => one.unpriced === true],
];
