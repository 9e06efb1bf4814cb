import type { ReleaseSettings, SplitSettings } from '../config/routing-splits.ts';
import { hashOf } from '../kit/hash.ts';
import { Arm, type Mean } from './arm.ts';
import type { Question } from './question.ts';

/** Calls of a side before anything is concluded from them, and failures among them. */
const LEAST_CALLS = 20;
const LEAST_FAILURES = 5;

/** Shares of an alias's requests that others serve. */
export interface Split {
  readonly to: SplitSettings['to'];
  readonly by: SplitSettings['by'];
  readonly release: Release | undefined;
}

/** `now`: milliseconds since the epoch, when the configuration is loaded. `kept`: gives the release that is under way with just these settings, else the one that is made. */
export function splitOf(
  { to, by, release }: SplitSettings,
  now: number,
  kept: (made: () => Release) => Release,
): Split {
  const made = (settings: ReleaseSettings): Release => new Release(settings, to[0]?.percent ?? 0, now);
  return { to, by, release: release === undefined ? undefined : kept(() => made(release)) };
}

/** The alias that serves a question instead of the one that was asked for; undefined: that one. */
export function shareOf(alias: string, { to, by, release }: Split, question: Question): string | undefined {
  let left = bucketOf(alias, by, question);
  for (const { model, percent } of to) {
    left -= release === undefined ? percent : (question.percent ?? release.percentAt(question.now));
    if (left < 0) return model;
  }
  return undefined;
}

/** Into which of 100 equal parts, and where in it; 0 to 100. The same caller always falls into the same one. */
export function bucketOf(alias: string, by: 'caller' | 'request', { caller, seed }: Question): number {
  return (hashOf(`${alias}\n${by === 'caller' ? caller : seed}`) / 2 ** 32) * 100;
}

/** A share that grows while it does no worse than what stays. */
export class Release {
  readonly #settings: ReleaseSettings;
  readonly #from: number;
  readonly #starts: number;
  /** Those that it takes, and those that stay. */
  readonly fresh = new Arm();
  readonly old = new Arm();
  /** It ended: until its settings change nothing goes there. */
  rolledBack = false;

  constructor(settings: ReleaseSettings, from: number, now: number) {
    this.#settings = settings;
    this.#from = from;
    this.#starts = settings.starts ?? now;
  }

  percentAt(now: number): number {
    const { until, over } = this.#settings;
    if (this.rolledBack || now < this.#starts) return 0;
    return this.#from + (until - this.#from) * Math.min(1, (now - this.#starts) / over);
  }

  /** Ends it where it does worse; says why, once. */
  judge(): 'errors' | 'refusals' | 'latency' | undefined {
    if (this.rolledBack) return undefined;
    const why = this.#fails() ? 'errors' : this.#refuses() ? 'refusals' : this.#isSlow() ? 'latency' : undefined;
    this.rolledBack = why !== undefined;
    return why;
  }

  #fails(): boolean {
    const { fresh, old } = this;
    if (fresh.calls < LEAST_CALLS || fresh.failures < LEAST_FAILURES) return false;
    return fresh.share - old.share > this.#settings.errors;
  }

  /** By callers, so that one whose requests nobody would take ends nothing. */
  #refuses(): boolean {
    const { fresh, old } = this;
    if (fresh.calls < LEAST_CALLS || fresh.refusals < LEAST_FAILURES) return false;
    const { callers, share } = fresh.refused();
    return callers >= LEAST_FAILURES && share - old.refused().share > this.#settings.errors;
  }

  #isSlow(): boolean {
    const { fresh, old } = this;
    return this.#isSlower(fresh.firstToken, old.firstToken) || this.#isSlower(fresh.perToken, old.perToken);
  }

  #isSlower(fresh: Mean, old: Mean): boolean {
    return fresh.of >= LEAST_CALLS && old.of >= LEAST_CALLS && fresh.value > old.value * this.#settings.latency;
  }
}

/** The side of a release that an attempt is of. */
export interface Side {
  readonly release: Release;
  readonly arm: Arm;
  /** The alias that has the release, and the one that it leads to. */
  readonly alias: string;
  readonly to: string;
}
