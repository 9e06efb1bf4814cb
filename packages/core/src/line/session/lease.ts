import type { LimitError } from '../../kit/errors.ts';
import type { Amounts } from '../../store/store.ts';
import type { LineExchange } from '../exchange.ts';
import { extendHeld } from '../held.ts';
import { limitError } from '../limit-error.ts';
import type { Held } from '../outcome.ts';

/** Milliseconds that a session's reservation holds without a sign of life: some heartbeats. */
const HOLD = 120_000;

/** The reservations of a session, which nobody knows the length of: extended while it runs, by what it used. */
export class Lease {
  readonly #exchange: LineExchange;
  readonly #refused: (error: LimitError) => void;
  readonly #held: readonly Held[];
  #over = false;

  /** `refused`: a limit is reached, and the session is to end. */
  constructor(exchange: LineExchange, refused: (error: LimitError) => void) {
    const { hold, held } = exchange;
    this.#exchange = exchange;
    this.#refused = refused;
    this.#held = [hold, held].filter((one) => one !== undefined);
  }

  /** Never rejects. A store that fails ends no session: it is told to the operator. */
  extend(by: Amounts): void {
    void this.#extend(by);
  }

  stop(): void {
    this.#over = true;
  }

  async #extend(by: Amounts): Promise<void> {
    const { clock } = this.#exchange.line.platform;
    const refused = await extendHeld(this.#exchange, this.#held, () => by, clock.now() + HOLD);
    if (refused !== undefined && !this.#over) this.#refused(limitError(refused, clock.now()));
  }
}
