import type { Known } from './known.ts';
import { parseModelName } from './model-name.ts';
import { hasPrices } from './price-checks.ts';
import { below, type Problem, suggestion, whatIs } from './problems.ts';
import { statedOf } from './routing-discover.ts';
import type { PolicyWorld, RoutingPolicy } from './routing-policies.ts';
import type { CodeSettings } from './settings.ts';
import type { Declarative } from './types.ts';

/** Reads `policies`; what does not fit goes to `problems`. */
export function readPolicies(policies: unknown, problems: Problem[]): ReadonlyMap<string, RoutingPolicy> {
  const read = new Map<string, RoutingPolicy>();
  if (policies === undefined) return read;
  const write = 'what policy({ among: [ … ] }) of a package of policies makes';
  if (typeof policies !== 'object' || policies === null || Array.isArray(policies)) {
    problems.push({ path: 'policies', text: `${whatIs(policies)}; write { auto: … }, with ${write}` });
    return read;
  }
  for (const [name, given] of Object.entries(
    policies as Readonly<Record<string, Partial<RoutingPolicy> | undefined>>,
  )) {
    const { among, choose, read: reads } = given ?? {};
    if (Array.isArray(among) && typeof choose === 'function' && typeof reads === 'function')
      read.set(name, given as RoutingPolicy);
    else if (given !== undefined)
      problems.push({
        path: below('policies', name),
        text: `${typeof given === 'object' && given !== null ? 'is no policy' : whatIs(given)}; write ${write}`,
      });
  }
  return read;
}

/** Checks of policies: what their names refer to, and what they find wrong themselves. */
export function checkPolicies(
  declarative: Declarative,
  { policies, priceBook }: Pick<CodeSettings, 'policies' | 'priceBook'>,
  known: Known,
): Problem[] {
  if (policies.size === 0) return [];
  const problems: Problem[] = [];
  const world: PolicyWorld = {
    models: placesOf(declarative),
    priced: priceBook !== undefined || hasPrices(declarative),
  };
  for (const [name, policy] of policies) {
    const path = below('policies', name);
    const add = (at: string, text: string | undefined): void => {
      if (text !== undefined) problems.push({ path: at, text });
    };
    add(path, nameProblem(name, known));
    if (policy.among.length === 0) add(below(path, 'among'), 'is an empty list; name keys of `models`');
    for (const [index, alias] of policy.among.entries())
      add(
        below(below(path, 'among'), index),
        aliasProblem(alias, policy.among.indexOf(alias) < index, declarative, known),
      );
    if (policy.learn !== undefined && declarative.feedback !== true)
      add(path, 'learns from feedback, and none is taken; write `feedback: true`');
    for (const own of policy.check?.(world) ?? []) add(own.path === '' ? path : below(path, own.path), own.text);
  }
  return problems;
}

function nameProblem(name: string, { models }: Known): string | undefined {
  if (models.includes(name)) return 'is an alias in `models` as well, so that it means two things; rename one of them';
  return name !== name.trim() || name === '' || /[*\p{Cc}]/u.test(name)
    ? 'the name is empty, or has spaces around it, a `*` or control characters; write what callers ask for'
    : undefined;
}

function aliasProblem(alias: unknown, again: boolean, { models = {} }: Declarative, known: Known): string | undefined {
  if (typeof alias !== 'string' || !known.models.includes(alias))
    return typeof alias === 'string'
      ? `unknown alias \`${alias.slice(0, 64)}\`${suggestion(alias, known.models) || '; name a key of `models`'}`
      : `${whatIs(alias)}; name a key of \`models\``;
  if (again) return 'stands in the list already; name each alias once';
  if (alias.endsWith('*')) return 'is an alias of many names; name one of a single model';
  const model = Object.hasOwn(models, alias) ? models[alias] : undefined;
  return typeof model === 'object' && model.split !== undefined
    ? `\`${alias}\` has a split of its own; name an alias without one`
    : undefined;
}

function placesOf({ models = {} }: Declarative): PolicyWorld['models'] {
  const places = new Map<string, { model: string; provider: string; region: string | undefined }[]>();
  for (const [alias, given] of Object.entries(models)) {
    const deployments = typeof given === 'string' ? [given] : statedOf(given);
    const read = deployments.map((one) => (typeof one === 'string' ? { model: one } : one));
    places.set(
      alias,
      read.map(({ model, region }) => ({ model, provider: parseModelName(model)?.provider ?? '', region })),
    );
  }
  return places;
}
