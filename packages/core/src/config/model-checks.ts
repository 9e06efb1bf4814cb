import { matchesName } from '../kit/patterns.ts';
import type { Known } from './known.ts';
import { parseModelName } from './model-name.ts';
import { below, type Problem } from './problems.ts';
import { statedAt, statedOf } from './routing-discover.ts';
import { checkFallbacks } from './routing-fallbacks-checks.ts';
import { checkLoad } from './routing-load-checks.ts';
import { checkPlaces } from './routing-places-checks.ts';
import { checkSplits } from './routing-splits-checks.ts';
import type { Declarative, DeploymentConfig, ModelConfig } from './types.ts';

type AllowDirect = Declarative['allowDirect'];

/** Checks of `models` that a schema can't make: names, the providers of deployments, fallbacks. */
export function checkModels(declarative: Declarative, known: Known): Problem[] {
  const problems: Problem[] = [];
  const models: [string, ModelConfig][] = [];
  for (const [alias, given] of Object.entries(declarative.models ?? {})) {
    const path = below('models', alias);
    const model = typeof given === 'string' ? { deployments: [given] } : given;
    models.push([alias, model]);
    add(problems, path, aliasProblem(alias, model, declarative.allowDirect, known));
    statedOf(model).forEach((deployment, index) => {
      const at = typeof given === 'string' ? path : statedAt(model, path, index);
      add(
        problems,
        typeof deployment === 'string' ? at : below(at, 'model'),
        targetProblem(modelOf(deployment), known) ?? restProblem(modelOf(deployment), alias),
      );
      if (alias.endsWith('*') && typeof deployment !== 'string' && deployment.price !== undefined)
        add(problems, below(at, 'price'), 'is of one model, and this alias is many; write prices: { `provider/*`: … }');
    });
  }
  const all = Object.fromEntries(models);
  return [
    ...problems,
    ...checkFallbacks(all, known),
    ...checkPlaces(all),
    ...checkSplits(all, known),
    ...checkLoad(all),
  ];
}

function add(problems: Problem[], path: string, text: string | undefined): void {
  if (text !== undefined) problems.push({ path, text });
}

const modelOf = (deployment: string | DeploymentConfig): string =>
  typeof deployment === 'string' ? deployment : deployment.model;

function aliasProblem(alias: string, model: ModelConfig, allowDirect: AllowDirect, known: Known): string | undefined {
  if (alias.trim() === '') return 'the name of an alias is empty; write what callers ask for';
  if (alias !== alias.trim() || /\p{Cc}/u.test(alias))
    return 'the name has spaces around it or control characters; write it without';
  if (alias.slice(0, -1).includes('*'))
    return 'the name has a `*` before its end; it stands for any rest, at the end only';
  const direct = parseModelName(alias);
  if (direct === undefined || !isAllowed(allowDirect, alias) || !known.hasProvider(direct.provider)) return undefined;
  if (statedOf(model).every((deployment) => modelOf(deployment) === alias)) return undefined;
  return 'is also a direct name that allowDirect permits, so that it means two things; rename the alias, or take the name out of allowDirect';
}

/** Where the rest of the name that a client asks for can't go, or there is none. */
function restProblem(model: string, alias: string): string | undefined {
  if (model.slice(0, -1).includes('*')) return 'has a `*` before its end; it stands for the rest, at the end only';
  return model.endsWith('*') && !alias.endsWith('*')
    ? 'ends with `*`, but the alias does not; name one model, or write the alias with a `*` at its end'
    : undefined;
}

const isAllowed = (allowed: AllowDirect, name: string): boolean =>
  typeof allowed === 'object' ? matchesName(allowed, name) : allowed === true;

function targetProblem(model: string, known: Known): string | undefined {
  const named = parseModelName(model);
  if (named !== undefined) return known.hasProvider(named.provider) ? undefined : known.unknownProvider(named.provider);
  if (known.models.includes(model))
    return 'is the name of an alias; write `provider/model`, or name the alias in `fallbacks`';
  return 'names no provider; write `provider/model`';
}
