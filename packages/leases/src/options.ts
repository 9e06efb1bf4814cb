import type { Clock } from '@postern/core';
import { systemClock } from './system-clock.ts';

/** Settings of a store that leases. */
export interface LeaseOptions {
  /** A slice is to last about so long, in milliseconds; it is given back when nobody asked for it twice as long. 10 to 600,000; default 2,000. */
  readonly horizonMs?: number;
  /** The most that one slice takes of what is left of a limit, above 0, up to 1. Default 1/16. */
  readonly share?: number;
  /** A slice serves at least so many requests like the latest ones; where that can't be, each asks the store. From 1 up; default 4. */
  readonly minRequests?: number;
  /** After so many milliseconds slices of a process that died count as used. 1,000 to 86,400,000; default 30,000. */
  readonly ttlMs?: number;
  /** What slices served is written to the store at least so often, in milliseconds. 100 to 86,400,000; default 10,000. */
  readonly reportMs?: number;
  /** A refusal of the store is repeated so long without asking it again, in milliseconds; 0 asks each time. Default 100. */
  readonly refusalMs?: number;
  /** How long calls of the background may take, in milliseconds. Default 1,000. */
  readonly callMs?: number;
  /** Limits times scopes that are remembered; the least recently used of more are given back. From 1 up; default 20,000. */
  readonly capacity?: number;
  /** Names this process in ids of the store; no two may have the same at a time. Default: random. */
  readonly instance?: string;
  /** Default: that of the machine. */
  readonly clock?: Clock;
}

/** All of them. */
export type LeaseSettings = Required<LeaseOptions>;

/**
 * With defaults.
 * @throws RangeError for what is out of range
 */
export function checked(options: LeaseOptions): LeaseSettings {
  const settings = { ...DEFAULTS, instance: crypto.randomUUID(), clock: systemClock, ...options };
  for (const [name, [least, most]] of Object.entries(RANGES) as [keyof typeof RANGES, readonly [number, number]][]) {
    const value = settings[name];
    if (Number.isSafeInteger(value) && value >= least && value <= most) continue;
    throw new RangeError(`\`${name}\` must be a whole number from ${least} to ${most}; got ${value}.`);
  }
  const { share } = settings;
  if (!(share > 0 && share <= 1)) throw new RangeError(`\`share\` must be above 0 and not above 1; got ${share}.`);
  return settings;
}

const DEFAULTS = {
  horizonMs: 2_000,
  share: 1 / 16,
  minRequests: 4,
  ttlMs: 30_000,
  reportMs: 10_000,
  refusalMs: 100,
  callMs: 1_000,
  capacity: 20_000,
};
const DAY = 86_400_000;
const RANGES = {
  horizonMs: [10, 600_000],
  minRequests: [1, 1_000_000],
  ttlMs: [1_000, DAY],
  reportMs: [100, DAY],
  refusalMs: [0, 60_000],
  callMs: [1, 60_000],
  capacity: [1, 10_000_000],
} as const;
