import { type AttemptRecord, formatUsd } from '@postern/core';

/** What an attempt cost, in dollars, exactly; undefined when its price is not known, which is not 0. */
export function usdOf({ cost, unpriced }: AttemptRecord): string | undefined {
  return unpriced === true || cost === undefined || !/^[0-9]{1,30}$/.test(cost) ? undefined : formatUsd(BigInt(cost));
}

/** Units of an attempt that are tokens, in and out. */
export function tokensOf({ usage }: AttemptRecord): number | undefined {
  if (usage === undefined) return undefined;
  let sum = 0;
  for (const name of TOKENS) sum += usage[name] ?? 0;
  return sum;
}

/** Classes of usage that are tokens and disjoint: see `Usage` of core. */
const TOKENS = [
  'input',
  'cacheRead',
  'cacheWrite',
  'cacheWrite1h',
  'inputAudio',
  'inputImage',
  'output',
  'reasoning',
  'outputAudio',
  'outputImage',
] as const;
