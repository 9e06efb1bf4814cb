/** Milliseconds, or a number with a unit: `500ms`, `30s`, `10m`, `1h`. */
export type Duration = number | `${number}${'ms' | 's' | 'm' | 'h'}`;

/** How a duration is written as text: a number and a unit, nothing between them. */
export const DURATION_PATTERN = /^[0-9]+(\.[0-9]+)?(ms|s|m|h)$/;

/** Longest time in ms that a timer of JavaScript can wait (2³¹ − 1, almost 25 days). A longer one would fire at once. */
export const MAX_TIMER = 2 ** 31 - 1;

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };

/**
 * Milliseconds of a duration: a number of milliseconds, or text such as `500ms`, `30s`, `1.5m`, `1h`.
 * Undefined for anything else, for less than 1 ms, for fractions of a millisecond and for more than {@link MAX_TIMER}.
 */
export function parseDuration(duration: unknown): number | undefined {
  if (typeof duration === 'number') return timerLength(duration);
  if (typeof duration !== 'string' || !DURATION_PATTERN.test(duration)) return undefined;
  const amount = Number.parseFloat(duration);
  const unit = UNITS[duration.replace(/[0-9.]+/, '')];
  return unit === undefined ? undefined : timerLength(amount * unit);
}

function timerLength(milliseconds: number): number | undefined {
  const whole = Math.round(milliseconds);
  // 1.1m is 66000.00000000001 in floating point.
  if (!(Math.abs(milliseconds - whole) < 1e-6)) return undefined;
  return whole >= 1 && whole <= MAX_TIMER ? whole : undefined;
}
