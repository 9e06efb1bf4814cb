import { BREAKER, breakerSettings } from './fault-settings.ts';
import type { RetryConfig } from './fault-types.ts';
import { below, type Problem } from './problems.ts';
import type { Declarative, ModelConfig } from './types.ts';

/** Policies of faults that can never come to anything, and rests that end before they begin. */
export function checkFaults({ breaker, models, retry }: Declarative): Problem[] {
  const problems: Problem[] = [];
  for (const [alias, model] of Object.entries(models ?? {})) {
    if (typeof model === 'string') continue;
    for (const [kind, policy] of Object.entries(model.retry ?? {})) {
      const text = deadPolicy(policy, model);
      if (text !== undefined) problems.push({ path: below(below(below('models', alias), 'retry'), kind), text });
    }
  }
  if (Object.values(retry ?? {}).includes('fall-back') && !someFallBack(models))
    problems.push({ path: pathOf(retry), text: 'no alias has `fallbacks`; give one some, or write `next`' });
  const { rest, longestRest } = breakerSettings(breaker) ?? BREAKER;
  if (rest > longestRest)
    problems.push({ path: 'breaker.rest', text: 'is longer than `longestRest`; raise that, or write a shorter one' });
  return problems;
}

function deadPolicy(policy: unknown, { fallbacks, retries }: ModelConfig): string | undefined {
  if (policy === 'fall-back' && fallbacks === undefined)
    return 'there is nothing to fall back to; give the alias `fallbacks`, or write `next`';
  return policy === 'same' && retries === 0
    ? 'nothing is asked again where `retries` is 0; raise that, or write `next`'
    : undefined;
}

const someFallBack = (models: Declarative['models']): boolean =>
  Object.values(models ?? {}).some((model) => typeof model !== 'string' && model.fallbacks !== undefined);

const pathOf = (retry: RetryConfig | undefined): string =>
  below('retry', Object.entries(retry ?? {}).find(([, policy]) => policy === 'fall-back')?.[0] ?? '');
