import type { CancelListener } from '../../kit/cancel.ts';
import type { Clock } from '../../kit/clock.ts';
import { UpstreamError } from '../../kit/errors.ts';
import type { Timers } from '../../router/plan.ts';

/** What a stream waits for: its first content, its next piece, the client (then no timer of ours counts), or the upstream's end behind the answer. */
type Phase = 'first-token' | 'upstream' | 'client' | 'rest';

/** How long in ms a connection may take to end behind the last event. It comes with that event, mostly. */
const REST = 1_000;

/** A timer that runs later than this, in ms, tells of a process that stood still. As long is what came meanwhile looked for. */
const STOOD_STILL = 1_000;

/**
 * The timers of one stream: until the first token, then idle while we wait for the upstream, and shorter ones at its end. One timer serves them all:
 * each step only notes the time, and the timer looks when it is due whether the time is really up.
 */
export class Watch implements CancelListener {
  readonly #clock: Clock;
  readonly #timers: Timers;
  readonly #expire: (error: UpstreamError) => void;
  #phase: Phase = 'first-token';
  /** How long the phase may last, in ms. */
  #limit: number;
  #since: number;
  /** Is the answer whole? Then the limit is for all waits for the upstream together, and no ping makes them longer. */
  #whole = false;
  /** Of that limit: what is gone, in ms. */
  #spent = 0;
  #cancel: () => void = () => {};
  /** When its timer is to run; ms since the epoch. */
  #dueAt = 0;
  /** Of the floor: how long the upstream was waited for, in ms, and the characters that were there before. */
  #waited = 0;
  #characters = 0;

  constructor(clock: Clock, timers: Timers, expire: (error: UpstreamError) => void) {
    this.#clock = clock;
    this.#timers = timers;
    this.#expire = expire;
    this.#since = clock.now();
    this.#limit = timers.firstToken;
    this.#start();
  }

  /** The first content, reasoning or tool event is there; idle counts from here on. */
  spoke(): void {
    if (this.#phase !== 'first-token') return;
    this.#phase = 'client';
    if (!this.#whole) this.#allow(this.#timers.idle);
  }

  /** From now on the upstream, or the client, is waited for. */
  waitFor(side: 'upstream' | 'client'): void {
    if (this.#phase === 'first-token' || this.#phase === 'rest') return;
    const now = this.#clock.now();
    if (this.#phase === 'upstream') this.#wait(now);
    if (this.#whole && this.#phase === 'upstream') this.#spent += now - this.#since;
    this.#phase = side;
    this.#since = now;
  }

  /** Something came from the upstream, be it a ping: idle counts anew. */
  heard(): void {
    if (this.#phase !== 'upstream' || this.#whole) return;
    const now = this.#clock.now();
    this.#wait(now);
    this.#since = now;
  }

  /** So many characters of the answer are there. Too few for the time that they took, and it is up: pings keep no stream alive that trickles. */
  progress(characters: number): void {
    const { floor } = this.#timers;
    if (floor === undefined || this.#whole || this.#waited < floor.over) return;
    const slow = characters - this.#characters < floor.characters;
    this.#waited = 0;
    this.#characters = characters;
    if (slow) {
      this.#cancel();
      this.#expire(new UpstreamError('upstream_timeout', 'The provider answered too slowly.'));
    }
  }

  #wait(now: number): void {
    this.#waited += now - this.#since;
  }

  /**
   * The answer is whole: its last event, or the end of its connection, is waited for as long as any other piece, and no longer for pings. A format
   * without a last event ends so when its provider leaves the connection open. `closes`: only its end is expected, and that soon.
   */
  whole(closes: boolean): void {
    this.#whole = true;
    this.#allow(closes ? REST : this.#timers.idle);
  }

  /** It goes on after all. */
  goesOn(): void {
    this.#whole = false;
    this.#allow(this.#timers.idle);
  }

  /** The answer has ended: only the end of its connection is waited for. */
  rest(): void {
    this.#whole = false;
    this.#phase = 'rest';
    this.#allow(REST);
  }

  /** The time is up. */
  expire(): void {
    this.#cancel();
    this.#expire(timeoutError(this.#phase));
  }

  /** Is it the client that is waited for, and not the provider? */
  get waitsForClient(): boolean {
    return this.#phase === 'client';
  }

  stop(): void {
    this.#cancel();
  }

  /** Of the attempt's cancellation: perhaps nobody reads the stream any more, and a watch over the client's turn would go on for ever. */
  handleEvent(): void {
    this.stop();
  }

  #allow(limit: number): void {
    this.#limit = limit;
    this.#spent = 0;
    this.#since = this.#clock.now();
    this.#start();
  }

  #start(ms = this.#limit): void {
    this.#cancel();
    this.#dueAt = this.#clock.now() + ms;
    this.#cancel = this.#clock.timer(ms, this.#due);
  }

  readonly #due = (): void => {
    const now = this.#clock.now();
    const gone = this.#phase === 'client' ? 0 : this.#spent + now - this.#since;
    if (gone < this.#limit) this.#start(this.#limit - gone);
    // What came meanwhile is not read yet. Else a pause of this process would be held against all providers at once, and all of them would rest.
    else if (now - this.#dueAt > STOOD_STILL) this.#start(STOOD_STILL);
    else this.expire();
  };
}

const WHAT: Readonly<Record<Phase, string>> = {
  'first-token': 'did not begin to answer in time',
  upstream: 'stopped sending in the middle of the answer',
  client: 'stopped sending in the middle of the answer',
  rest: 'left its connection open behind the answer',
};

function timeoutError(phase: Phase): UpstreamError {
  return new UpstreamError('upstream_timeout', `The provider ${WHAT[phase]}.`);
}
