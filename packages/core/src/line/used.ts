import { inputTotal, outputTotal, type Usage } from '../chat/usage.ts';
import type { Amounts, AttemptRecord } from '../store/store.ts';

/** Tokens as limits count them. */
export function tokensOf(usage: Usage): Amounts {
  const inputTokens = inputTotal(usage);
  const outputTokens = outputTotal(usage);
  return { tokens: inputTokens + outputTokens, inputTokens, outputTokens };
}

/**
 * What attempts of one request used, as limits count it: failed ones that used something too. Money is summed exactly.
 * @param reserved for one attempt: that is what one counts whose cost nobody can tell, or what has no price would pass every budget
 */
export function usedIn(
  attempts: readonly Pick<AttemptRecord, 'usage' | 'cost' | 'unpriced'>[],
  reserved?: Amounts,
): Amounts {
  let inputTokens = 0;
  let outputTokens = 0;
  let nanoUsd = 0n;
  for (const { usage, cost, unpriced } of attempts) {
    if (usage !== undefined) {
      inputTokens += inputTotal(usage as Usage);
      outputTokens += outputTotal(usage as Usage);
    }
    if (unpriced === true) nanoUsd += BigInt(reserved?.nanoUsd ?? 0);
    else if (cost !== undefined) nanoUsd += BigInt(cost);
  }
  return {
    requests: 1,
    tokens: atMost(inputTokens + outputTokens),
    inputTokens: atMost(inputTokens),
    outputTokens: atMost(outputTokens),
    nanoUsd: countable(nanoUsd),
  };
}

const atMost = (tokens: number): number => Math.min(tokens, Number.MAX_SAFE_INTEGER);
const MOST = BigInt(Number.MAX_SAFE_INTEGER);

/** As stores count it. What is beyond the numbers that are exact is beyond every budget as well. */
export const countable = (nanoUsd: bigint): number => Number(nanoUsd > MOST ? MOST : nanoUsd);
