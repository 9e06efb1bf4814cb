/** Milliseconds in which what was seen loses two thirds of its weight. */
const FADES = 10_000;
/** What a call is taken to last at a deployment that nobody knows anything of yet, while one is under way. */
const UNKNOWN = 1e9;

/**
 * A peak average: a duration above it holds at once, one below moves it by the time that went by since the last. So a deployment that turns slow is known as
 * soon as a single call says so. `before`: 0: nothing was known; `at`: when it was learnt.
 */
export function peakAverage(before: number, at: number, newest: number, now: number): number {
  if (newest >= before) return newest;
  return newest + (before - newest) * kept(at, now);
}

/**
 * How long a further call is likely to take, in the unit of `average`: each of those under way adds one. What was seen fades while none is under way, so that a
 * deployment that was slow is tried again, by one call and not by all.
 */
export function expected(average: number, at: number, open: number, now: number): number {
  if (open === 0) return average * kept(at, now);
  return (average === 0 ? UNKNOWN : average) * (open + 1);
}

const kept = (at: number, now: number): number => Math.exp(Math.min(0, at - now) / FADES);
