import { keepsResources, RESOURCE_HEADERS, resourceRoute } from '../adapters/resources.ts';
import { type RelayRoute, type Route, routeOf } from '../adapters/routes.ts';
import type { PassThroughSettings } from '../config/relay-settings.ts';
import type { Settings } from '../config/settings.ts';
import { ConfigError } from '../kit/errors.ts';
import { matchesName } from '../kit/patterns.ts';
import type { ResolvedProvider } from '../providers/resolve.ts';

/** What is asked for, as far as its route is concerned. */
interface Asked {
  readonly method: string;
  /** Below the mount, percent-encoded, without query. */
  readonly path: string;
  header(name: string): string | undefined;
}

/** Requests that are passed on: what `passThrough` allows and what a provider keeps (`resources`). Made at mount. */
export interface Relays {
  /** undefined: it isn't ours. */
  route(asked: Asked): Route | undefined;
}

const NONE: Readonly<Record<string, string>> = Object.freeze({});

/** undefined when nothing is passed on. Throws ConfigError. */
export function relaysOf(settings: Settings, providers: ReadonlyMap<string, ResolvedProvider>): Relays | undefined {
  const rules = new Map<string, Rule>();
  for (const [id, rule] of settings.passThrough) {
    const provider = providers.get(id);
    if (provider !== undefined) rules.set(id, { provider, rule });
  }
  const keeper = keeperOf(settings, providers);
  if (rules.size === 0 && keeper === undefined) return undefined;
  return { route: (asked) => keeper?.(asked) ?? passed(asked, rules) };
}

interface Rule {
  readonly provider: ResolvedProvider;
  readonly rule: PassThroughSettings;
}

/** `/<provider>/<path at its host>`. */
function passed(asked: Asked, rules: ReadonlyMap<string, Rule>): Route | undefined {
  const { path, method } = asked;
  const slash = path.indexOf('/', 1);
  const found = slash < 0 ? undefined : rules.get(path.slice(1, slash));
  if (found === undefined) return undefined;
  const { provider, rule } = found;
  const rest = path.slice(slash);
  if (!matchesName(rule.paths, rest)) return undefined;
  const known = knownRoute(provider, rest, asked);
  if (known?.method === method && (rule.methods as readonly string[]).includes(method))
    return { ...known, via: provider.id };
  return relayed(method, provider, { ...rule, provider: provider.id, path: rest });
}

/** The operation that a path of the provider's own format stands for: then the request walks the line as any other of its kind. */
function knownRoute({ basePath, row }: ResolvedProvider, path: string, asked: Asked): Route | undefined {
  if (!path.startsWith(`${basePath}/`)) return undefined;
  const rest = path.slice(basePath.length);
  for (const version of ['', '/v1', '/v1beta']) {
    const route = routeOf(version + rest, asked);
    if (route === undefined || route.method !== 'POST' || route.format !== row.format) continue;
    const { operation } = route;
    if (operation === 'model' || operation === 'health' || operation === 'relay') continue;
    if (operation === 'explain' || operation === 'feedback') continue;
    if (row.serves.includes(operation) && (row.paths?.[operation] ?? rest) === rest) return route;
  }
  return undefined;
}

const relayed = (method: string, { row }: ResolvedProvider, relay: RelayRoute): Route => ({
  operation: 'relay',
  format: row.format,
  method,
  parameters: NONE,
  relay,
});

function keeperOf(
  { resources }: Settings,
  providers: ReadonlyMap<string, ResolvedProvider>,
): Relays['route'] | undefined {
  const provider = providers.get(resources?.provider ?? '');
  if (resources === undefined || provider === undefined) return undefined;
  if (!keepsResources(provider.row.format))
    throw new ConfigError(
      'resources',
      'names a provider that speaks another format; name one that keeps files in the form that clients use.',
    );
  const { maxBytes, unseenModels } = resources;
  const { request, answer } = RESOURCE_HEADERS;
  return ({ method, path }) => {
    const resource = resourceRoute(method, path);
    if (resource === undefined) return undefined;
    const methods = Object.keys(resource.resource.methods);
    const below = path.slice('/v1'.length);
    return relayed(method, provider, {
      provider: provider.id,
      path: below,
      methods,
      requestHeaders: request,
      answerHeaders: answer,
      maxBytes,
      unseenModels,
      resource,
    });
  };
}
