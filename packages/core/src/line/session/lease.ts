import type { LimitError } from '../../kit/errors.ts';
import type { Amounts } from '../../store/store.ts';
import type { LineExchange } from '../exchange.ts';
import { extendHeld, sumOf } from '../held.ts';
import type { Held } from '../outcome.ts';

/** Milliseconds that a session's reservation holds without a sign of life: some heartbeats. */
const HOLD = 120_000;

const NOTHING: Amounts = Object.freeze({});

/** The reservations of a session, which nobody knows the length of: extended while it runs, by what it used. */
export class Lease {
  readonly #exchange: LineExchange;
  readonly #refused: (error: LimitError) => void;
  readonly #held: readonly Held[];
  /** What is reserved ahead of a response. */
  readonly #ahead: Amounts;
  /** Used since the store was heard of last, of each of them: it may have granted the first and not answered for the second. */
  #owed: readonly Amounts[];
  #over = false;

  /** `refused`: a limit is reached, and the session is to end. */
  constructor(exchange: LineExchange, refused: (error: LimitError) => void) {
    const { hold, held } = exchange;
    this.#exchange = exchange;
    this.#refused = refused;
    this.#held = [hold, held].filter((one) => one !== undefined);
    this.#ahead = hold?.amounts ?? {};
    this.#owed = this.#held.map(() => NOTHING);
  }

  /** Never rejects. While the store is away, and limits are closed then, what is reserved ahead may be used up. */
  extend(by: Amounts): void {
    void this.#extend(by);
  }

  stop(): void {
    this.#over = true;
  }

  async #extend(by: Amounts): Promise<void> {
    const { clock } = this.#exchange.line.platform;
    const owed = this.#owed.map((amounts) => sumOf(amounts, by));
    this.#owed = this.#held.map(() => NOTHING);
    let last = 0;
    const more = (one: Held): Amounts | undefined => {
      last = this.#held.indexOf(one);
      return owed[last];
    };
    const refused = await extendHeld(this.#exchange, this.#held, more, clock.now() + HOLD);
    if (refused?.code === 'store_unavailable') {
      this.#owed = this.#owed.map((amounts, index) =>
        index < last ? amounts : sumOf(amounts, owed[index] ?? NOTHING),
      );
      if (this.#owed.every((amounts) => isWithin(amounts, this.#ahead))) return;
    }
    if (refused !== undefined && !this.#over) this.#refused(refused);
  }
}

/** What is not reserved is not counted. */
const isWithin = (used: Amounts, reserved: Amounts): boolean =>
  (Object.keys(used) as (keyof Amounts)[]).every((name) => (used[name] ?? 0) <= (reserved[name] ?? used[name] ?? 0));
