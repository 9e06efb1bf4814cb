import type { DiscoverSettings } from '../../config/routing-discover.ts';
import type { DeploymentSettings, ModelSettings } from '../../config/settings.ts';
import type { DeploymentConfig } from '../../config/types.ts';
import { sha256 } from '../../kit/sha256.ts';
import type { SrvRecord } from '../../transport/platform.ts';
import type { Found } from '../events.ts';

export const foundOf = ({ id, provider, model, baseUrl }: DeploymentSettings): Found => ({
  deployment: id,
  model: `${provider}/${model}`,
  baseUrl,
});

const HOST = /^[\w.-]+$/;
/** The weight of a record that has none: RFC 2782 gives it a very small chance beside others. */
const LEAST_WEIGHT = 0.01;

/** SRV records as entries of a configuration, in an order that doesn't change with that of the answer. `path`: of their addresses. */
export function entriesOf(records: readonly SrvRecord[], { scheme }: DiscoverSettings, path: string): object[] {
  const sorted = records
    .filter(({ name }) => name !== '' && name !== '.')
    .map((record) => ({ ...record, host: `${record.name}:${record.port}` }))
    .sort((a, b) => a.priority - b.priority || (a.host < b.host ? -1 : 1));
  return sorted.map(({ name, host, priority: order, weight }) => ({
    // Records are from outside: what is no name must not become the path of a URL.
    baseUrl: HOST.test(name) ? `${scheme}://${host}${path}` : '',
    order,
    weight: weight || LEAST_WEIGHT,
  }));
}

/** An entry with what the configuration says of each. */
export const completed = (entry: unknown, each: Partial<DeploymentConfig>): DeploymentConfig =>
  ({ ...each, ...(typeof entry === 'object' ? entry : { model: entry }) }) as DeploymentConfig;

const encoder = new TextEncoder();

/**
 * An alias with deployments that are named after what they are, and not after their place in a list: so what is known of one that stays is kept, however the list
 * changes. A hash, because ids are shown to callers, who are told no address. One that stands there twice is one.
 */
export function named(model: ModelSettings, deployments: readonly DeploymentSettings[]): ModelSettings {
  const all = new Map<string, DeploymentSettings>();
  for (const one of deployments) {
    const { provider, baseUrl = '', apiKey = '' } = one;
    const id = `${model.name}#${sha256(encoder.encode([provider, one.model, baseUrl, apiKey].join('\n'))).slice(0, 12)}`;
    if (!all.has(id)) all.set(id, { ...one, id });
  }
  return { ...model, deployments: [...all.values()] };
}
