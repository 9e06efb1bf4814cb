import type { Amounts } from '../store/store.ts';

/** What a request may consume, before it is known. */
export interface Demand {
  /** Prompt tokens, estimated. */
  readonly input: number;
  /** Answer tokens at most, over all answers. */
  readonly output: number;
}

/** Answer tokens that are reserved where nobody says a bound, or no limit has room for that of the model: an answer is then bound to them on the wire. */
export const UNBOUNDED_OUTPUT = 4_096;

/** What is reserved for a request until it is settled. */
export function amountsOf({ input, output }: Demand, nanoUsd?: number): Amounts {
  return nanoUsd === undefined ? new Reserved(input, output) : new ReservedMoney(input, output, nanoUsd);
}

/** Classes, since they are held for as long as a call runs (decisions/0006). */
class Reserved implements Amounts {
  readonly requests = 1;
  readonly concurrency = 1;
  readonly tokens: number;
  readonly inputTokens: number;
  readonly outputTokens: number;

  constructor(input: number, output: number) {
    this.tokens = input + output;
    this.inputTokens = input;
    this.outputTokens = output;
  }
}

class ReservedMoney extends Reserved {
  readonly nanoUsd: number;

  constructor(input: number, output: number, nanoUsd: number) {
    super(input, output);
    this.nanoUsd = nanoUsd;
  }
}
