import { formatUsd } from '@postern/core';

/** US dollars as integer nano-dollars; undefined for what is no positive decimal of at most 9 places. */
export function nanoUsd(text: unknown): number | undefined {
  const [, whole = '', fraction = ''] = (typeof text === 'string' && /^(\d{1,6})(?:\.(\d{1,9}))?$/.exec(text)) || [];
  const nano = Number(whole + fraction.padEnd(9, '0'));
  return whole !== '' && nano > 0 ? nano : undefined;
}

/** Nano-dollars as dollars, to three digits: `$0.00124`. */
export const dollars = (nano: number): string => `$${formatUsd(BigInt(Math.round(Number(nano.toPrecision(3)))))}`;

/** A tier; undefined for what is none. */
export const tierIn = (tier: unknown): number | undefined =>
  typeof tier === 'number' && Number.isInteger(tier) && tier >= 1 && tier <= 4 ? tier : undefined;
