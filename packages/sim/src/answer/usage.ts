import type { Script } from '../script/parse.ts';
import type { Answer, SimUsage } from './answer.ts';
import type { Ask } from './ask.ts';
import { reasoningTokensOf, tokensOf } from './limit.ts';

/** What the call costs when it is finished. Under `usage` half of the prompt was cached and a quarter is written to the cache. */
export function usageOf(ask: Ask, script: Script, answers: readonly Answer[], writesCache: boolean): SimUsage {
  const classes = script.words.has('usage');
  const cachedInput = classes ? Math.floor(ask.promptTokens / 2) : 0;
  const cacheWrite = classes && writesCache ? Math.floor(ask.promptTokens / 4) : 0;
  return {
    input: ask.promptTokens - cachedInput - cacheWrite,
    cachedInput,
    cacheWrite,
    output: answers.reduce((sum, answer) => sum + tokensOf(answer), 0),
    reasoning: answers.reduce((sum, answer) => sum + reasoningTokensOf(answer), 0),
  };
}

/** Usage as a vendor gives it that bills nothing. */
export const ZERO_USAGE: SimUsage = { input: 0, cachedInput: 0, cacheWrite: 0, output: 0, reasoning: 0 };
