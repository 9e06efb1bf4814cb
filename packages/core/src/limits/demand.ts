import type { Amounts } from '../store/store.ts';

/** What a request may consume, before it is known. */
export interface Demand {
  /** Prompt tokens, estimated. */
  readonly input: number;
  /** Answer tokens at most, over all answers. */
  readonly output: number;
  /** Nano-dollars of both at the dearest attempt. */
  readonly nanoUsd?: number;
}

/** Answer tokens that are reserved where nobody says a bound, or no limit has room for that of the model: a whole answer is then bound to them on the wire. */
export const UNBOUNDED_OUTPUT = 4_096;

/** What is reserved for a request until it is settled. */
export function amountsOf({ input, output, nanoUsd }: Demand): Amounts {
  const tokens = { requests: 1, concurrency: 1, tokens: input + output, inputTokens: input, outputTokens: output };
  return nanoUsd === undefined ? tokens : { ...tokens, nanoUsd };
}
