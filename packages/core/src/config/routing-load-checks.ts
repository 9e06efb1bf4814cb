import { below, type Problem } from './problems.ts';
import { isDiscovered, statedAt, statedOf } from './routing-discover.ts';
import { type ConcurrencyConfig, hedgeSettings } from './routing-load.ts';
import type { ModelConfig } from './types.ts';

/** Concurrency that limits nothing or lets nobody wait, and hedges of which none could ever be made. */
export function checkLoad(models: Readonly<Record<string, ModelConfig>>): Problem[] {
  const problems: Problem[] = [];
  for (const [alias, model] of Object.entries(models)) {
    const path = below('models', alias);
    statedOf(model).forEach((one, index) => {
      const given = typeof one === 'string' ? undefined : one.concurrency;
      const at = below(statedAt(model, path, index), 'concurrency');
      if (given !== undefined) problems.push(...concurrencyProblems(given, at));
    });
    if (hedgeSettings(model.hedge) === undefined) continue;
    const text = hedgeProblem(model);
    if (text !== undefined) problems.push({ path: below(path, 'hedge'), text });
  }
  return problems;
}

function concurrencyProblems({ adaptive, max, queue, wait }: ConcurrencyConfig, path: string): Problem[] {
  const problems: Problem[] = [];
  if (max === undefined && adaptive !== true)
    problems.push({ path, text: 'limits nothing; write `max`, or `adaptive: true`' });
  if (queue === 0 && wait !== undefined)
    problems.push({
      path: below(path, 'wait'),
      text: 'is of no use where `queue` is 0; take it out, or let some wait',
    });
  return problems;
}

function hedgeProblem({ deployments, fallbacks, retries }: ModelConfig): string | undefined {
  if (fallbacks !== undefined) return undefined;
  if (retries === 0) return 'needs a second attempt, and `retries` is 0; raise that';
  // How many will be found nobody knows.
  if (isDiscovered(deployments)) return undefined;
  const [only] = deployments;
  return deployments.length === 1 && (typeof only === 'string' || only?.apiKeys === undefined)
    ? 'needs another deployment to ask; name a second one, or `fallbacks`'
    : undefined;
}
