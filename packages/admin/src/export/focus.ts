import type { AttemptRecord, ScopeId } from '@postern/core';
import type { Cell } from './csv.ts';
import { tokensOf, usdOf } from './usd.ts';

/** What the ledger can't know of who pays. */
export interface FocusAccount {
  /** `BillingAccountId`. Default `postern`. */
  readonly id?: string;
  readonly name?: string;
}

type Column = readonly [name: string, of: (record: AttemptRecord, account: FocusAccount) => Cell];

/** `2026-01-31T12:00:00Z`, as FOCUS writes time. A period ends after it begins: its end is excluded. */
const time = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19)}Z`;
const second = (ms: number): number => Math.floor(ms / 1_000) * 1_000;

function month(ms: number, ahead: number): string {
  const at = new Date(ms);
  return time(Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + ahead, 1));
}

const inScope = (kind: string, scopes: readonly ScopeId[]): string | undefined =>
  scopes.find((scope) => scope.startsWith(`${kind}:`))?.slice(kind.length + 1);

/** Scopes as tags: an object of texts. Of several tags each is a key of its own, `true`. */
function tagsOf(scopes: readonly ScopeId[]): string {
  const tags: [string, string | true][] = [];
  for (const scope of scopes) {
    const at = scope.indexOf(':');
    const [kind, name] = [scope.slice(0, at), scope.slice(at + 1)];
    tags.push(kind === 'tag' ? [name, true] : [`postern/${kind}`, name]);
  }
  return JSON.stringify(Object.fromEntries(tags));
}

/** A unit has a quantity: of an attempt without tokens it is the request. */
const quantity = (record: AttemptRecord): number => tokensOf(record) || 1;
const unit = (record: AttemptRecord): string => ((tokensOf(record) ?? 0) > 0 ? 'Tokens' : 'Requests');

/**
 * Spend in the columns of FOCUS 1.0 (https://focus.finops.org/focus-specification/v1-0/): all that are mandatory, and of the others those that the ledger
 * knows. One row is one attempt. The costs are one and the same: what was reckoned, with its discounts. An attempt whose price is not known has no cost and
 * `x_Unpriced`, which FOCUS has no place for: 0 would be a lie.
 */
export const FOCUS_COLUMNS: readonly Column[] = [
  ['BilledCost', usdOf],
  ['BillingAccountId', (_, account) => account.id ?? 'postern'],
  ['BillingAccountName', (_, account) => account.name],
  ['BillingCurrency', () => 'USD'],
  ['BillingPeriodEnd', (one) => month(one.startedAt, 1)],
  ['BillingPeriodStart', (one) => month(one.startedAt, 0)],
  ['ChargeCategory', () => 'Usage'],
  ['ChargeClass', () => undefined],
  ['ChargeDescription', (one) => `${one.operation} with ${one.modelServed}`],
  ['ChargeFrequency', () => 'Usage-Based'],
  ['ChargePeriodEnd', (one) => time(Math.max(second(one.endedAt), second(one.startedAt)) + 1_000)],
  ['ChargePeriodStart', (one) => time(second(one.startedAt))],
  ['ConsumedQuantity', quantity],
  ['ConsumedUnit', unit],
  ['ContractedCost', usdOf],
  ['EffectiveCost', usdOf],
  ['InvoiceIssuerName', (one) => one.provider],
  ['ListCost', usdOf],
  ['PricingCategory', () => 'Standard'],
  ['PricingQuantity', quantity],
  ['PricingUnit', unit],
  ['ProviderName', (one) => one.provider],
  ['PublisherName', (one) => one.provider],
  ['ResourceId', (one) => one.deployment],
  ['ServiceCategory', () => 'AI and Machine Learning'],
  ['ServiceName', (one) => one.modelServed],
  ['SkuId', (one) => one.modelServed],
  ['SubAccountId', (one) => inScope('team', one.scopes) ?? inScope('organisation', one.scopes)],
  ['Tags', (one) => tagsOf(one.scopes)],
  ['x_AttemptId', (one) => one.attempt],
  ['x_Estimated', (one) => one.estimated === true],
  ['x_Unpriced', (one) => usdOf(one) === undefined],
];
