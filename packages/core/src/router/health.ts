import type { Fault, FaultKind } from '../chat/fault.ts';
import { BREAKER, type BreakerSettings } from '../config/fault-settings.ts';
import type { ConcurrencySettings } from '../config/routing-load.ts';
import { type Condition, hasRoom, minuteOf } from './condition.ts';
import { CONSEQUENCES } from './faults.ts';
import { peakAverage } from './latency.ts';
import { Quantiles } from './quantiles.ts';
import { RollingFailures } from './rolling-failures.ts';
import { Room } from './room.ts';

/** The longest rest in ms that a provider may ask for: after it a call finds out, since an operator may have repaired what was wrong. */
const LONGEST_ASKED = 3_600_000;

/** What this process has seen of one deployment; outlives a reload. */
export class Health implements Condition {
  readonly id: string;
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
  p95 = 0;
  p95Whole = 0;
  /** How long its streams took to speak, and its answers to be whole: kept from when somebody asked. */
  #spoken: Quantiles | undefined;
  #whole: Quantiles | undefined;
  /** undefined: it is given any number of calls at once. */
  room: Room | undefined;
  /** undefined: it never rests. */
  breaker: BreakerSettings | undefined = BREAKER;
  #inARow = 0;
  #rests = 0;
  /** When it began to rest; ms since the epoch. */
  #restsSince = 0;
  readonly #failures = new RollingFailures();
  /** Milliseconds that streams took to speak, and good answers from begin to end, of calls that nobody gave up; 0: nothing is known. */
  #speaks = 0;
  #speaksAt = 0;
  #lasted = 0;
  #lastedAt = 0;
  /** Told when it begins to rest, and when it is back. */
  onChange: ((health: Health) => void) | undefined;

  constructor(id = '') {
    this.id = id;
  }

  get failing(): number {
    return this.#failures.share;
  }

  get limit(): number {
    return this.room?.limit ?? 0;
  }

  get waiting(): number {
    return this.room?.waiting ?? 0;
  }

  /** How many calls it is given at once; undefined: any number. */
  limitTo(settings: ConcurrencySettings | undefined): void {
    const { room } = this;
    if (settings === undefined) this.room = undefined;
    else if (room === undefined) this.room = new Room(settings);
    else room.become(settings);
    if (room !== undefined) this.#letIn(room);
  }

  /** From now on it is kept within which time most calls speak and end. */
  keepQuantiles(): void {
    this.#spoken ??= new Quantiles();
    this.#whole ??= new Quantiles();
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
    this.#speaks = peakAverage(this.#speaks, this.#speaksAt, after, now);
    this.#speaksAt = now;
    this.#noteSpoken(after, now);
  }

  #noteSpoken(after: number, now: number): void {
    this.firstToken = peakAverage(this.firstToken, this.firstTokenAt, after, now);
    this.firstTokenAt = now;
    if (this.room !== undefined) {
      this.room.spoke(after, this.open, now);
      this.#letIn(this.room);
    }
    if (this.#spoken !== undefined) this.p95 = noted(this.#spoken, after, now);
  }

  /** It was given up after so many ms without a word: it takes that long at least. */
  silent(after: number, stream: boolean, now: number): void {
    if (stream && after >= this.firstToken) this.#noteSpoken(after, now);
    else if (stream && this.#spoken !== undefined && after >= this.p95) this.p95 = noted(this.#spoken, after, now);
    if (!stream && after >= this.p95Whole) this.#noteWhole(after, now);
  }

  /** A call was given up after so many ms without a word: is that far more than it takes? `least`: ms that are never too long. */
  hangs(after: number, stream: boolean, least: number): boolean {
    return after >= Math.max(least, 3 * (stream ? this.#speaks : this.#lasted));
  }

  #noteWhole(after: number, now: number): void {
    if (this.#whole !== undefined) this.p95Whole = noted(this.#whole, after, now);
  }

  /**
   * It has ended: well, with a fault, or (`givenUp`) before anybody could tell how it would. `duration`: ms from its begin; `input`, `output`: its tokens,
   * as far as they are known. `streamed`: it has spoken before.
   */
  end(
    fault: Fault | undefined,
    givenUp: boolean,
    duration: number,
    input: number,
    output: number,
    now: number,
    streamed = false,
  ): void {
    this.#end(fault, givenUp, duration, input, output, now);
    const { room } = this;
    if (room === undefined) return;
    if (fault !== undefined || !givenUp) room.ended(fault, duration, streamed ? 0 : output, this.open + 1, now);
    this.#letIn(room);
  }

  #end(fault: Fault | undefined, givenUp: boolean, duration: number, input: number, output: number, now: number): void {
    this.open--;
    // Only the call that tries it ends the trial, and none from before it. Less than a millisecond is how inexact a clock is.
    if (now - duration > this.probedAt - 1) this.probing = false;
    this.#turn(now);
    this.tokens += input + output;
    if (fault === undefined && givenUp) return;
    const begun = now - duration;
    if (fault === undefined && output > 0) {
      this.perToken = peakAverage(this.perToken, this.perTokenAt, duration / output, now);
      this.perTokenAt = now;
    }
    if (fault === undefined) {
      this.#noteWhole(duration, now);
      this.#lasted = peakAverage(this.#lasted, this.#lastedAt, duration, now);
      this.#lastedAt = now;
    }
    const failed = fault !== undefined && CONSEQUENCES[fault.kind].cool;
    const { breaker } = this;
    this.#failures.count(failed, now, (breaker ?? BREAKER).window);
    if (!failed) {
      // A call that began before it rested says nothing of how it is now.
      if (begun >= this.#restsSince) this.#recovered();
      return;
    }
    this.fault = fault.kind;
    this.#inARow++;
    if (breaker === undefined) return;
    if (fault.retryAfter !== undefined && fault.retryAfter > 0)
      this.rest(now + Math.min(LONGEST_ASKED, fault.retryAfter * 1_000), now);
    // Nor does one that was under way when it began to rest say that it needs longer.
    else if (this.tripped ? begun > this.#restsSince : this.#hasFailedEnough(breaker))
      this.rest(now + this.#restFor(breaker), now);
  }

  /** It is left alone from `since` until then; ms since the epoch. */
  rest(until: number, since = 0): void {
    if (!this.tripped) this.#restsSince = since;
    this.tripped = true;
    this.restsUntil = Math.max(until, this.restsUntil);
    this.onChange?.(this);
  }

  /** Another process says that it rests. Is that news? */
  learn(until: number, fault: FaultKind | undefined, now: number): boolean {
    if (this.breaker === undefined || until <= this.restsUntil) return false;
    // What is begun at this moment was begun without knowing it.
    if (!this.tripped) this.#restsSince = now + 1;
    this.tripped = true;
    this.restsUntil = until;
    this.fault = fault ?? this.fault;
    return true;
  }

  /** Another process, which said that it rests until then, says that it is back. */
  backBefore(until: number): void {
    if (this.restsUntil === until) this.restsUntil = 0;
  }

  /** Those whose turn it is, as long as there is room. */
  #letIn(room: Room): void {
    while (room.waiting > 0 && hasRoom(this)) room.next()?.enter();
  }

  #recovered(): void {
    this.#inARow = 0;
    this.#rests = 0;
    if (!this.tripped) return;
    this.#failures.forget();
    this.tripped = false;
    this.restsUntil = 0;
    this.onChange?.(this);
  }

  #hasFailedEnough({ inARow, ratio, calls }: BreakerSettings): boolean {
    const failures = this.#failures;
    if (this.#inARow >= inARow && (failures.share === 1 || this.#inARow >= 2 * inARow)) return true;
    return failures.calls >= calls && failures.share >= ratio;
  }

  #restFor({ rest, longestRest }: BreakerSettings): number {
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

/** Whole milliseconds, with this one, within which 95 of 100 are; 0: too few were seen. */
function noted(durations: Quantiles, ms: number, now: number): number {
  durations.note(ms, now);
  return Math.round(durations.at(0.95, now) ?? 0);
}
