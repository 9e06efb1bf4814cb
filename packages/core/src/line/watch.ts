import type { CancelListener } from '../kit/cancel.ts';
import type { Clock } from '../kit/clock.ts';
import { UpstreamError } from '../kit/errors.ts';
import type { Timers } from '../router/plan.ts';

/** What a stream waits for: its first content, its next piece, or (then no timer of ours counts) the client. */
type Phase = 'first-token' | 'upstream' | 'client';

/**
 * The timers of one stream: until the first token, then idle while we wait for the upstream. One timer serves both: each step
 * only notes the time, and the timer looks when it is due whether the time is really up.
 */
export class Watch implements CancelListener {
  readonly #clock: Clock;
  readonly #timers: Timers;
  readonly #expire: (error: UpstreamError) => void;
  #phase: Phase = 'first-token';
  #since: number;
  #cancel: () => void;

  constructor(clock: Clock, timers: Timers, expire: (error: UpstreamError) => void) {
    this.#clock = clock;
    this.#timers = timers;
    this.#expire = expire;
    this.#since = clock.now();
    this.#cancel = clock.timer(timers.firstToken, this.#due);
  }

  /** The first content, reasoning or tool event is there; idle counts from here on. */
  spoke(): void {
    if (this.#phase !== 'first-token') return;
    this.#phase = 'client';
    this.#cancel();
    this.#cancel = this.#clock.timer(this.#timers.idle, this.#due);
  }

  /** From now on the upstream, or the client, is waited for. */
  waitFor(side: 'upstream' | 'client'): void {
    if (this.#phase === 'first-token') return;
    this.#phase = side;
    this.#since = this.#clock.now();
  }

  /** Something came from the upstream, be it a ping: idle counts anew. */
  heard(): void {
    if (this.#phase === 'upstream') this.#since = this.#clock.now();
  }

  stop(): void {
    this.#cancel();
  }

  /** Of the attempt's cancellation: perhaps nobody reads the stream any more, and a watch over the client's turn would go on for ever. */
  handleEvent(): void {
    this.stop();
  }

  readonly #due = (): void => {
    const limit = this.#phase === 'first-token' ? this.#timers.firstToken : this.#timers.idle;
    const left = this.#phase === 'client' ? limit : this.#since + limit - this.#clock.now();
    if (left <= 0) this.#expire(timeoutError(this.#phase));
    else this.#cancel = this.#clock.timer(left, this.#due);
  };
}

function timeoutError(phase: Phase): UpstreamError {
  const what =
    phase === 'first-token' ? 'did not begin to answer in time' : 'stopped sending in the middle of the answer';
  return new UpstreamError('upstream_timeout', `The provider ${what}.`);
}
