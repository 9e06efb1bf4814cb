import type { FaultKind } from '../chat/fault.ts';

/** Why a request leaves an alias for another one. `any`: whatever else is not the request's own fault. */
export const FALLBACK_CAUSES = ['any', 'contextWindow', 'contentPolicy', 'budget', 'timeout', 'unsupported'] as const;
export type FallbackCause = (typeof FALLBACK_CAUSES)[number];

/** The causes that are faults of their own kind; those of all others are `any`. */
export const CAUSE_OF: Readonly<Partial<Record<FaultKind, FallbackCause>>> = {
  'context-length': 'contextWindow',
  'content-filter': 'contentPolicy',
  timeout: 'timeout',
};

/** Aliases that are tried in order when this one is exhausted, by the cause of it; a list alone is that of `any`. */
export type FallbacksConfig = readonly string[] | Fallbacks;

/** The same with its causes told apart. A cause without a list: see docs/routing.md. */
export type Fallbacks = Readonly<Partial<Record<FallbackCause, readonly string[]>>>;

/** Is it the list alone? */
export const isList = (given: FallbacksConfig): given is readonly string[] => Array.isArray(given);

/** By cause, as configured. */
export function fallbackSettings(given: FallbacksConfig = []): Fallbacks {
  if (!isList(given)) return given;
  return given.length === 0 ? {} : { any: given };
}
