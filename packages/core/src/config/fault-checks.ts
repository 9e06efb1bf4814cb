import type { FaultKind } from '../chat/fault.ts';
import { BREAKER, breakerSettings } from './fault-settings.ts';
import { below, type Problem } from './problems.ts';
import { CAUSE_OF, fallbackSettings } from './routing-fallbacks.ts';
import type { Declarative, ModelConfig } from './types.ts';

/** Policies of faults that can never come to anything, and rests that end before they begin. */
export function checkFaults({ breaker, models, retry }: Declarative): Problem[] {
  const problems: Problem[] = [];
  for (const [alias, model] of Object.entries(models ?? {})) {
    if (typeof model === 'string') continue;
    for (const [kind, policy] of Object.entries(model.retry ?? {})) {
      const text = deadPolicy(kind as FaultKind, policy, model);
      if (text !== undefined) problems.push({ path: below(below(below('models', alias), 'retry'), kind), text });
    }
  }
  for (const [kind, policy] of Object.entries(retry ?? {}))
    if (policy === 'fall-back' && !someFallBack(kind as FaultKind, models))
      problems.push({
        path: below('retry', kind),
        text: `no alias has ${forKind(kind)}; give one some, or write \`next\``,
      });
  const { rest, longestRest } = breakerSettings(breaker) ?? BREAKER;
  if (rest > longestRest)
    problems.push({ path: 'breaker.rest', text: 'is longer than `longestRest`; raise that, or write a shorter one' });
  return problems;
}

function deadPolicy(kind: FaultKind, policy: unknown, { fallbacks, retries }: ModelConfig): string | undefined {
  if (policy === 'fall-back' && !fallsBack(kind, fallbacks))
    return `there is nothing to fall back to; give the alias ${forKind(kind)}, or write \`next\``;
  return policy === 'same' && retries === 0
    ? 'nothing is asked again where `retries` is 0; raise that, or write `next`'
    : undefined;
}

const someFallBack = (kind: FaultKind, models: Declarative['models']): boolean =>
  Object.values(models ?? {}).some((model) => typeof model !== 'string' && fallsBack(kind, model.fallbacks));

/** Does any list hold for what a fault of this kind leads to? */
function fallsBack(kind: FaultKind, given: ModelConfig['fallbacks']): boolean {
  const lists = fallbackSettings(given);
  return (lists[CAUSE_OF[kind] ?? 'any'] ?? lists.any ?? []).length > 0;
}

function forKind(kind: string): string {
  const cause = CAUSE_OF[kind as FaultKind];
  return cause === undefined ? '`fallbacks` for `any`' : `\`fallbacks\` for \`any\` or \`${cause}\``;
}
