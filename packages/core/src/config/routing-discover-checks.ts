import { parseDuration } from '../kit/duration.ts';
import { below, choice, type Problem, suggestion } from './problems.ts';
import { isDiscovered, srvName } from './routing-discover.ts';
import type { Declarative, Discover, DiscoverConfig } from './types.ts';

/** Labels of letters, digits, hyphens and underscores (RFC 2782 has the latter in front). */
const NAME = /^(?=.{1,253}$)[\w-]+(?:\.[\w-]+)+\.?$/;
const LEAST = 1_000;

/** Look-ups of what nobody knows how to look up, of no model, or too often. */
export function checkDiscovery({ models }: Declarative, functions: ReadonlyMap<string, Discover>): Problem[] {
  return Object.entries(models ?? {}).flatMap(([alias, model]) => {
    if (typeof model === 'string' || !isDiscovered(model.deployments)) return [];
    const path = below(below('models', alias), 'deployments');
    if (alias.endsWith('*'))
      return [{ path, text: 'are looked up, and this alias is many; write one alias for each model that is found' }];
    return problemsOf(model.deployments, path, functions);
  });
}

function problemsOf(
  { discover, every, model, path: urlPath, scheme }: DiscoverConfig,
  path: string,
  functions: ReadonlyMap<string, Discover>,
): Problem[] {
  const problems: Problem[] = [];
  const add = (member: string, text: string): void => void problems.push({ path: below(path, member), text });
  if ((parseDuration(every) ?? LEAST) < LEAST) add('every', 'is less than a second; write a longer time such as `30s`');
  const name = srvName(discover);
  if (name !== undefined) {
    if (!NAME.test(name)) add('discover', 'is no name of SRV records; write one such as `srv:_llm._tcp.example.test`');
    if (model === undefined) add('model', 'is missing; SRV records say where, and not what: write `provider/model`');
    return problems;
  }
  if (!functions.has(discover)) {
    const known = [...functions.keys()];
    const write = known.length > 0 ? `write ${choice(known)}` : 'give it under `discover`';
    const near = suggestion(discover, known) || `; ${write}, or write \`srv:\` and a name`;
    add('discover', `unknown function \`${discover.slice(0, 64)}\`${near}`);
  }
  for (const [member, value] of Object.entries({ scheme, path: urlPath }))
    if (value !== undefined) add(member, 'belongs to SRV records; a function says a whole `baseUrl`: take it out');
  return problems;
}
