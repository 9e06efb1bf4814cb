import type { Fault, FaultKind } from '../chat/fault.ts';
import { type Condition, minuteOf } from './condition.ts';
import { peakAverage } from './latency.ts';
import { RollingFailures } from './rolling-failures.ts';

/** When a deployment is left alone. */
export interface BreakerSettings {
  /** Failures one after another that make it rest. */
  readonly inARow: number;
  /** Share of failures, 0 to 1, over `window` ms that makes it rest, of at least `calls`. */
  readonly ratio: number;
  readonly calls: number;
  readonly window: number;
  /** Milliseconds of the first rest; doubled by each try that fails, up to `longestRest`. */
  readonly rest: number;
  readonly longestRest: number;
}

export const BREAKER: BreakerSettings = Object.freeze({
  inARow: 5,
  ratio: 0.5,
  calls: 10,
  window: 30_000,
  rest: 5_000,
  longestRest: 60_000,
});

/** Faults that say nothing of the deployment: the request is at fault. */
const OF_THE_REQUEST: ReadonlySet<FaultKind> = new Set(['rejected', 'context-length', 'content-filter']);

/** What this process has seen of one deployment; outlives a reload. */
export class Health implements Condition {
  open = 0;
  firstToken = 0;
  perToken = 0;
  firstTokenAt = 0;
  perTokenAt = 0;
  calls = 0;
  tokens = 0;
  minute = 0;
  tripped = false;
  restsUntil = 0;
  probing = false;
  probedAt = 0;
  fault: FaultKind | undefined;
  breaker: BreakerSettings = BREAKER;
  #inARow = 0;
  #rests = 0;
  readonly #failures = new RollingFailures();

  get failing(): number {
    return this.#failures.share;
  }

  /** A call begins. `now`: ms since the epoch. */
  begin(now: number): void {
    this.open++;
    this.#turn(now);
    this.calls++;
    if (!this.tripped) return;
    this.probing = true;
    this.probedAt = now;
  }

  /** Its first content is here, after so many milliseconds. `now`: ms since the epoch. */
  spoke(after: number, now: number): void {
    this.firstToken = peakAverage(this.firstToken, this.firstTokenAt, after, now);
    this.firstTokenAt = now;
  }

  /**
   * It has ended: well, with a fault, or (`givenUp`) before anybody could tell how it would. `duration`: ms from its begin; `input`, `output`: its tokens,
   * as far as they are known.
   */
  end(fault: Fault | undefined, givenUp: boolean, duration: number, input: number, output: number, now: number): void {
    this.open--;
    this.probing = false;
    this.#turn(now);
    this.tokens += input + output;
    if (fault === undefined && givenUp) return;
    if (fault === undefined && output > 0) {
      this.perToken = peakAverage(this.perToken, this.perTokenAt, duration / output, now);
      this.perTokenAt = now;
    }
    const failed = fault !== undefined && !OF_THE_REQUEST.has(fault.kind);
    this.#failures.count(failed, now, this.breaker.window);
    if (!failed) {
      this.#recovered();
      return;
    }
    this.fault = fault.kind;
    this.#inARow++;
    if (fault.retryAfter !== undefined && fault.retryAfter > 0) this.rest(now + fault.retryAfter * 1_000);
    else if (this.tripped || this.#hasFailedEnough()) this.rest(now + this.#restFor());
  }

  /** It is left alone until then; ms since the epoch. */
  rest(until: number): void {
    this.tripped = true;
    this.restsUntil = Math.max(until, this.restsUntil);
  }

  #recovered(): void {
    this.#inARow = 0;
    this.#rests = 0;
    if (this.tripped) this.#failures.forget();
    this.tripped = false;
    this.restsUntil = 0;
  }

  #hasFailedEnough(): boolean {
    const { inARow, ratio, calls } = this.breaker;
    return this.#inARow >= inARow || (this.#failures.calls >= calls && this.#failures.share >= ratio);
  }

  #restFor(): number {
    const { rest, longestRest } = this.breaker;
    return Math.min(longestRest, rest * 2 ** this.#rests++);
  }

  #turn(now: number): void {
    const minute = minuteOf(now);
    if (minute === this.minute) return;
    this.minute = minute;
    this.calls = 0;
    this.tokens = 0;
  }
}
