import { inputTotal, outputTotal, type Usage } from '../chat/usage.ts';
import type { Amounts, AttemptRecord } from '../store/store.ts';

/** Tokens as limits count them. */
export function tokensOf(usage: Usage): Amounts {
  const inputTokens = inputTotal(usage);
  const outputTokens = outputTotal(usage);
  return { tokens: inputTokens + outputTokens, inputTokens, outputTokens };
}

/** What attempts of one request used, as limits count it. */
export function usedIn(attempts: readonly Pick<AttemptRecord, 'usage' | 'cost'>[]): Amounts {
  let inputTokens = 0;
  let outputTokens = 0;
  let nanoUsd = 0;
  for (const { usage, cost } of attempts) {
    if (usage !== undefined) {
      inputTokens += inputTotal(usage as Usage);
      outputTokens += outputTotal(usage as Usage);
    }
    if (cost !== undefined) nanoUsd += Number(cost);
  }
  return { requests: 1, tokens: inputTokens + outputTokens, inputTokens, outputTokens, nanoUsd };
}
