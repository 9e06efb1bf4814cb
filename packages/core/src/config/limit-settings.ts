import { parseDuration } from '../kit/duration.ts';
import type { Amounts } from '../store/store.ts';
import type { LimitConfig, LimitPeriod, LimitUnit, ScopedLimit, ScopeKind } from './limit-types.ts';

/** A calendar period by its name, or milliseconds that roll; undefined for what has no window. */
export type WindowSettings = 'minute' | 'hour' | 'day' | 'week' | 'month' | number | undefined;

/** A limit that was checked: whole units, money in nano-dollars. */
export interface LimitSettings {
  /** Tells limits of one scope apart, such as `requests-per-minute`. */
  readonly id: string;
  readonly kind: ScopeKind;
  /** The one scope of its kind that it holds for; undefined: each. */
  readonly name: string | undefined;
  readonly counts: keyof Amounts;
  readonly max: number;
  readonly per: WindowSettings;
  readonly timeZone: string;
  readonly soft: boolean;
  /** Most that is carried over; 0: nothing. */
  readonly rollover: number;
  readonly model: string | undefined;
  /** Added to `max` until a moment; milliseconds since the epoch. */
  readonly increase: { readonly by: number; readonly until: number } | undefined;
}

const COUNTS: Readonly<Record<LimitUnit, keyof Amounts>> = {
  requests: 'requests',
  tokens: 'tokens',
  inputTokens: 'inputTokens',
  outputTokens: 'outputTokens',
  usd: 'nanoUsd',
  concurrency: 'concurrency',
};

const USD = /^[0-9]{1,7}(\.[0-9]{1,9})?$/;

/** Nano-dollars of dollars, as a number or as text with up to nine decimals; undefined for anything else, and for more than 9 million dollars. */
function nanoUsdOf(dollars: unknown): number | undefined {
  const text = typeof dollars === 'number' ? decimal(dollars) : dollars;
  if (typeof text !== 'string' || !USD.test(text)) return undefined;
  const [whole = '0', fraction = ''] = text.split('.');
  const nano = Number(whole) * 1e9 + Number(fraction.padEnd(9, '0'));
  return Number.isSafeInteger(nano) ? nano : undefined;
}

/** A number as it was written, without an exponent. A tenth of a nano-dollar is no amount. */
const decimal = (value: number): string =>
  value >= 1e-6 || value === 0 ? String(value) : value.toFixed(10).replace(/0$/, '');

/** Units of a limit; undefined for what is no amount of them. */
export function unitsOf(counts: LimitUnit, value: unknown): number | undefined {
  if (counts === 'usd') return nanoUsdOf(value);
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined;
}

/** Limits that passed the schema, one by one. Two that would count under one name are told apart by their place. */
export function limitSettings(limits: readonly ScopedLimit[]): readonly LimitSettings[] {
  const settings: LimitSettings[] = [];
  const seen = new Map<string, number>();
  for (const limit of limits) {
    const one = settingsOf(limit);
    const key = `${limit.scope} ${one.id}`;
    const times = seen.get(key) ?? 0;
    seen.set(key, times + 1);
    settings.push(times === 0 ? one : { ...one, id: `${one.id}-${times + 1}` });
  }
  return settings;
}

function settingsOf(limit: ScopedLimit): LimitSettings {
  const at = limit.scope.indexOf(':');
  const per = windowOf(limit);
  const max = unitsOf(limit.counts, limit.max) ?? 0;
  return {
    // `user` and `user:ann` meet in one scope, where each counts by itself.
    id: idOf(limit, per) + (at < 0 ? '' : '-named'),
    kind: (at < 0 ? limit.scope : limit.scope.slice(0, at)) as ScopeKind,
    name: at < 0 ? undefined : limit.scope.slice(at + 1),
    counts: COUNTS[limit.counts],
    max,
    per,
    timeZone: limit.timeZone ?? 'UTC',
    soft: limit.soft ?? false,
    rollover: rolloverOf(limit, max),
    model: limit.model,
    increase: increaseOf(limit),
  };
}

function windowOf({ counts, per }: LimitConfig): WindowSettings {
  if (counts === 'concurrency') return undefined;
  const period: LimitPeriod = per ?? (counts === 'usd' ? 'month' : 'minute');
  return typeof period === 'string' ? period : parseDuration(period.rolling);
}

function increaseOf({ counts, increase }: LimitConfig): LimitSettings['increase'] {
  return increase && { by: unitsOf(counts, increase.by) ?? 0, until: Date.parse(increase.until) };
}

/** It says what is limited, for whoever reads it in an error or an event. */
function idOf({ counts, soft, model }: LimitConfig, per: WindowSettings): string {
  const window = per === undefined ? '' : typeof per === 'number' ? `-in-${per}ms` : `-per-${per}`;
  return `${counts}${window}${soft === true ? '-soft' : ''}${model === undefined ? '' : ' by model'}`;
}

function rolloverOf({ counts, rollover }: LimitConfig, max: number): number {
  if (rollover === undefined || rollover === false) return 0;
  return rollover === true ? max : (unitsOf(counts, rollover) ?? 0);
}
