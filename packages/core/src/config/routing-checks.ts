import type { PriceBook } from '../cost/price.ts';
import type { CustomStrategy } from './custom-strategy.ts';
import { parseModelName } from './model-name.ts';
import { below, choice, type Problem, suggestion } from './problems.ts';
import { isOpen, statedAt, statedOf } from './routing-discover.ts';
import { partsOf as strategyParts } from './routing-settings.ts';
import { STICKY_BY, STRATEGY_NAMES, WEIGHTED_BY } from './strategy-names.ts';
import type { Declarative, DeploymentConfig, ModelConfig } from './types.ts';

/** What strategies may rest on besides their aliases. */
interface Around {
  readonly strategies: ReadonlyMap<string, CustomStrategy>;
  readonly priceBook: PriceBook | undefined;
}

/** Checks of strategies, and of what they need to know of deployments. */
export function checkRouting(declarative: Declarative, around: Around): Problem[] {
  return Object.entries(declarative.models ?? {}).flatMap(([alias, model]) => {
    if (typeof model === 'string') return [];
    const path = below('models', alias);
    return [
      ...keyProblems(model, below(path, 'deployments')),
      ...nameProblems(model.strategy, below(path, 'strategy'), around.strategies),
      ...needProblems(model, path, declarative, around.priceBook),
    ];
  });
}

type Given = ModelConfig['strategy'];

function nameProblems(given: Given, path: string, strategies: Around['strategies']): Problem[] {
  if (given === undefined) return [];
  if (typeof given === 'string') return unknown(given, path, strategies);
  const { by, name, otherwise } = given;
  const fitting: readonly string[] = name === 'weighted' ? WEIGHTED_BY : STICKY_BY;
  const problems: Problem[] = [];
  if (by !== undefined && !fitting.includes(by))
    problems.push({ path: below(path, 'by'), text: `is nothing that \`${name}\` goes by; write ${choice(fitting)}` });
  if (otherwise === undefined) return problems;
  const at = below(path, 'otherwise');
  if (name === 'weighted') return [...problems, { path: at, text: 'belongs to `sticky`; take it out' }];
  if (otherwise === 'sticky') return [...problems, { path: at, text: 'is `sticky` itself; name another strategy' }];
  return [...problems, ...unknown(otherwise, at, strategies)];
}

function unknown(name: string, path: string, strategies: Around['strategies']): Problem[] {
  const known: readonly string[] = [...STRATEGY_NAMES, ...strategies.keys()];
  if (known.includes(name)) return [];
  const near = suggestion(name, known);
  return [
    {
      path,
      text: `unknown strategy \`${name.slice(0, 64)}\`${near || `; write ${choice(known)}, or give a function under \`strategies\``}`,
    },
  ];
}

/** Keys of a deployment: one, or some that differ. */
function keyProblems(model: ModelConfig, path: string): Problem[] {
  return statedOf(model).flatMap((deployment, index): Problem[] => {
    if (typeof deployment === 'string' || deployment.apiKeys === undefined) return [];
    const { apiKey, apiKeys } = deployment;
    const at = below(below(path, index), 'apiKeys');
    if (apiKey !== undefined)
      return [{ path: at, text: 'stands beside `apiKey`; write all keys here, or only that one' }];
    const twice = apiKeys.findIndex((key, place) => apiKeys.indexOf(key) < place);
    return twice < 0 ? [] : [{ path: below(at, twice), text: 'stands here twice; name each key once' }];
  });
}

/** What the strategy, or the one behind it, has to know and nobody says. */
function needProblems(
  model: ModelConfig,
  path: string,
  declarative: Declarative,
  book: PriceBook | undefined,
): Problem[] {
  const { strategy = 'weighted' } = model;
  const deployments = statedOf(model);
  const { name, by, otherwise } = strategyParts(strategy);
  const names = [name, otherwise];
  const open = isOpen(model.deployments);
  const problems: Problem[] = [];
  if (!open && name === 'weighted' && (by === 'rpm' || by === 'tpm'))
    problems.push(...lacking(model, path, ({ [by]: capacity }) => capacity !== undefined, `\`${by}\``));
  if (!open && names.includes('headroom'))
    problems.push(...lacking(model, path, ({ rpm, tpm }) => (rpm ?? tpm) !== undefined, '`rpm` or `tpm`'));
  if (
    names.includes('cheapest') &&
    !open &&
    !deployments.some((one) => mayHavePrice(partsOf(one), declarative, book))
  ) {
    const text = 'is `cheapest`, but none of its models has a price; give it one in `prices`, or take another strategy';
    problems.push({ path: below(path, 'strategy'), text });
  }
  return problems;
}

/** What a `*` stands for is known when it is asked for. */
function mayHavePrice(
  { model: name, price }: DeploymentConfig,
  { prices = {}, providers = {} }: Declarative,
  book: PriceBook | undefined,
): boolean {
  const parsed = parseModelName(name);
  if (price !== undefined || parsed === undefined || name.endsWith('*')) return true;
  const { model, provider } = parsed;
  if (Object.hasOwn(prices, name) || Object.hasOwn(prices, `${provider}/*`)) return true;
  const { extends: extended = provider } = providers[provider] ?? {};
  return (book?.find(provider, model) ?? book?.find(extended, model)) !== undefined;
}

const partsOf = (deployment: string | DeploymentConfig): DeploymentConfig =>
  typeof deployment === 'string' ? { model: deployment } : deployment;

const lacking = (
  model: ModelConfig,
  path: string,
  has: (deployment: DeploymentConfig) => boolean,
  what: string,
): Problem[] =>
  statedOf(model).flatMap((deployment, index) =>
    has(partsOf(deployment))
      ? []
      : [
          {
            path: statedAt(model, path, index),
            text: `has no ${what}, which the strategy goes by; say how much it takes a minute`,
          },
        ],
  );
