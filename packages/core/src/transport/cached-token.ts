import { Cancellation, type CancelSignal } from '../kit/cancel.ts';
import type { Clock } from '../kit/clock.ts';
import { unlessAborted } from '../kit/unless-aborted.ts';

/** A token and until when it is good. */
export interface Token {
  readonly value: string;
  /** Milliseconds since the epoch. */
  readonly expires: number;
}

/** A token that is fetched when it is needed, kept while it is good, and shared. */
export interface CachedToken {
  /** The token; at once while one is good. Rejects with what the fetch rejects with, or with the signal's reason once it aborts. */
  get(signal?: CancelSignal): string | Promise<string>;
  /** A provider refused this token: it is given no more. True: another one will be fetched. */
  drop(value: string): boolean;
}

/** How long before its end, in ms, a token is fetched anew while it is still given; never more than a fifth of its life. */
const AHEAD = 300_000;
/** So close to its end, in ms, a token is given no more: the call must still arrive. Never more than a tenth of its life. */
const MARGIN = 10_000;
/** The longest that a fetch may take, in ms. */
const PATIENCE = 30_000;
/** How long in ms after one refused token, or after a renewal that failed ahead of time, nothing new is fetched. */
const PAUSE = 30_000;

/**
 * Keeps the token that `fetchToken` gives: concurrent requests share one fetch, which no single one of them can cancel; it is renewed in the background
 * before it expires; a failed fetch is not kept. A refused token is dropped once: until 30 s have gone by, further refusals change nothing, so that
 * a provider which refuses everything costs no fetch a call.
 *
 * @param fetchToken given up after 30 s, by its signal
 */
export function cachedToken(
  fetchToken: (signal: CancelSignal) => Promise<Token>,
  clock: Pick<Clock, 'now' | 'timer'>,
): CachedToken {
  return new TokenCache(fetchToken, clock);
}

interface Kept {
  readonly value: string;
  /** When it is renewed, and when it is given no more: ms since the epoch. */
  readonly renewAt: number;
  readonly goodUntil: number;
}

class TokenCache implements CachedToken {
  readonly #fetchToken: (signal: CancelSignal) => Promise<Token>;
  readonly #clock: Pick<Clock, 'now' | 'timer'>;
  #kept: Kept | undefined;
  #fetching: Promise<Kept> | undefined;
  #pausedUntil = 0;
  #droppedAt = Number.NEGATIVE_INFINITY;

  constructor(fetchToken: (signal: CancelSignal) => Promise<Token>, clock: Pick<Clock, 'now' | 'timer'>) {
    this.#fetchToken = fetchToken;
    this.#clock = clock;
  }

  get(signal?: CancelSignal): string | Promise<string> {
    const now = this.#clock.now();
    const kept = this.#kept;
    if (kept === undefined || now >= kept.goodUntil) return this.#wait(signal);
    if (now >= kept.renewAt && now >= this.#pausedUntil && this.#fetching === undefined) this.#renew();
    return kept.value;
  }

  drop(value: string): boolean {
    // Of many calls with one refused token the first drops it; for the others there is a new one already.
    if (this.#kept?.value !== value) return true;
    const now = this.#clock.now();
    if (now < this.#droppedAt + PAUSE) return false;
    this.#droppedAt = now;
    this.#kept = undefined;
    return true;
  }

  async #wait(signal: CancelSignal | undefined): Promise<string> {
    this.#fetching ??= this.#fetch();
    const { value } = signal === undefined ? await this.#fetching : await unlessAborted(this.#fetching, signal);
    return value;
  }

  #renew(): void {
    this.#fetching = this.#fetch();
    // The token at hand is still good, and whoever comes after its end hears why there is no other.
    this.#fetching.catch(() => {
      this.#pausedUntil = this.#clock.now() + PAUSE;
    });
  }

  async #fetch(): Promise<Kept> {
    const abort = new Cancellation();
    const stop = this.#clock.timer(PATIENCE, () => abort.abort(new Error('the token endpoint did not answer in time')));
    try {
      const from = this.#clock.now();
      const { value, expires } = await unlessAborted(this.#fetchToken(abort), abort);
      const life = Math.max(0, expires - from);
      const kept = {
        value,
        renewAt: expires - Math.min(AHEAD, life / 5),
        goodUntil: expires - Math.min(MARGIN, life / 10),
      };
      this.#kept = kept;
      return kept;
    } finally {
      stop();
      this.#fetching = undefined;
    }
  }
}
