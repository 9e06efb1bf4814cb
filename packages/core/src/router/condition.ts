import type { FaultKind } from '../chat/fault.ts';
import { CONSEQUENCES } from './faults.ts';

/** How a deployment fares, as decisions see it: plain numbers, so that they can be written down and decided upon again. */
export interface Condition {
  /** Calls under way. */
  readonly open: number;
  /** Milliseconds to the first content of a stream, lately (see `peakAverage`); 0: nothing is known. */
  readonly firstToken: number;
  /** Milliseconds of a whole answer per token of it, lately; 0: nothing is known. */
  readonly perToken: number;
  /** When the one and the other was learnt; ms since the epoch. */
  readonly firstTokenAt: number;
  readonly perTokenAt: number;
  /** Calls, and tokens of them that are known, in `minute`, counted from the epoch; in a later one there were none yet. */
  readonly calls: number;
  readonly tokens: number;
  readonly minute: number;
  /** Share of the calls lately that failed by fault of the deployment, 0 to 1. */
  readonly failing: number;
  /** It failed too often, or asked to be left alone, and rests until `restsUntil` (ms since the epoch); then one call tries it. */
  readonly tripped: boolean;
  readonly restsUntil: number;
  /** That call is under way. */
  readonly probing: boolean;
  /** When it was tried last while it rested; ms since the epoch, 0: never. */
  readonly probedAt: number;
  /** What it failed with last; undefined: it never did. */
  readonly fault: FaultKind | undefined;
  /** Milliseconds within which 95 of 100 streams spoke lately, and good answers were whole; 0: nobody asked for it, or too few were seen. */
  readonly p95: number;
  readonly p95Whole: number;
  /** Calls at once that it is given; 0: any number. And requests that wait for room. */
  readonly limit: number;
  readonly waiting: number;
}

const MINUTE = 60_000;

/** The minute of a moment in ms, counted from the epoch. */
export const minuteOf = (now: number): number => Math.floor(now / MINUTE);

/** Milliseconds between two tries of a deployment that rests, where there is no other to ask. */
const PROBE_EVERY = 1_000;

/** May it be asked? Of one whose rest is over a single call finds out. */
export const isUsable = ({ tripped, restsUntil, probing }: Condition, now: number): boolean =>
  !tripped || (now >= restsUntil && !probing);

/** May one more call begin? */
export const hasRoom = ({ limit, open }: Pick<Condition, 'limit' | 'open'>): boolean => limit === 0 || open < limit;

/**
 * May it be tried while it rests, because nothing else is left? What does not pass by itself, such as a wrong key, is answered at once and told best in the
 * provider's own words: it may at any time.
 */
export const mayProbe = ({ fault, probing, probedAt }: Condition, now: number): boolean =>
  (fault !== undefined && !CONSEQUENCES[fault].same) || (!probing && now >= probedAt + PROBE_EVERY);
