import { unitsOf } from './limit-settings.ts';
import type { LimitUnit } from './limit-types.ts';

/** What a limit may count. */
export const LIMIT_UNITS = [
  'requests',
  'tokens',
  'inputTokens',
  'outputTokens',
  'usd',
  'concurrency',
] as const satisfies readonly LimitUnit[];

/** Calendar periods of a limit. */
export const LIMIT_PERIODS = ['minute', 'hour', 'day', 'week', 'month'] as const;

/** How a moment is written, such as the end of an increase: `2026-12-31T23:59:59Z`. That there is such a day is for whoever reads it to see. */
export const MOMENT =
  /^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,3})?)?(Z|[+-][0-9]{2}:[0-9]{2})$/;

/** Is there a time zone of this name on this runtime? */
export function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

/** What the members of a limit have to say together; each has its own type by now. */
export interface GivenLimit {
  readonly counts: LimitUnit;
  readonly max: number | string;
  readonly per?: unknown;
  readonly rollover?: boolean | number | string | undefined;
  readonly increase?: { readonly by: number | string } | undefined;
}

/** A member of a limit that does not fit the others, and what to write instead. */
export interface LimitMistake {
  readonly path: 'max' | 'increase' | 'per' | 'rollover';
  readonly text: string;
}

/** What is wrong with a limit as a whole, wherever it is written; empty: nothing. */
export function limitMistakes({ counts, max, per, rollover, increase }: GivenLimit): readonly LimitMistake[] {
  const found: LimitMistake[] = [];
  const say = (path: LimitMistake['path'], text: string) => found.push({ path, text });
  const write = counts === 'usd' ? 'dollars from 0 to 9 million with up to nine decimals' : 'a whole number from 0 up';
  const units = unitsOf(counts, max);
  if (units === undefined) say('max', `is no amount of ${counts}; write ${write}`);
  if (increase !== undefined && !Number.isSafeInteger((units ?? 0) + (unitsOf(counts, increase.by) ?? Number.NaN)))
    say('increase', `adds no amount of ${counts}; write ${write}`);
  if (counts === 'concurrency' && per !== undefined) say('per', 'has no meaning for concurrency; leave it out');
  if (rollover === undefined || rollover === false) return found;
  if (counts === 'concurrency' || typeof per === 'object') say('rollover', 'needs a calendar period; leave it out');
  if (rollover !== true && unitsOf(counts, rollover) === undefined)
    say('rollover', `is no amount of ${counts}; write true, or ${write}`);
  return found;
}
