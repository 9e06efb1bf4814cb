import type { LimitError } from '../../kit/errors.ts';
import { textOf } from '../../kit/text-of.ts';
import type { Amounts } from '../../store/store.ts';
import { limitError } from '../admit.ts';
import type { LineExchange } from '../exchange.ts';
import { storeCall } from '../store-call.ts';

/** Milliseconds that a session's reservation holds without a sign of life: some heartbeats. */
const HOLD = 120_000;

/** The reservation of a session, which nobody knows the length of: extended while it runs, by what it used. */
export class Lease {
  readonly #exchange: LineExchange;
  readonly #refused: (error: LimitError) => void;
  #over = false;

  /** `refused`: a limit is reached, and the session is to end. */
  constructor(exchange: LineExchange, refused: (error: LimitError) => void) {
    this.#exchange = exchange;
    this.#refused = refused;
  }

  /** Never rejects. A store that fails ends no session: it is told to the operator. */
  extend(by: Amounts): void {
    if (this.#exchange.reserved) void this.#extend(by);
  }

  stop(): void {
    this.#over = true;
  }

  async #extend(by: Amounts): Promise<void> {
    const { id, line } = this.#exchange;
    const call = storeCall(this.#exchange);
    line.pending.begin();
    try {
      const granted = await line.store.limits.extend(id, by, call.now + HOLD, call);
      if (!granted.granted && !this.#over) {
        this.#refused(limitError(granted, call.now));
      }
    } catch (cause) {
      line.settings.log.error('the store failed to extend a session', { request: id, cause: textOf(cause) });
    }
    line.pending.end();
  }
}
