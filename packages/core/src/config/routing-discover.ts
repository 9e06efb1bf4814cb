import { parseDuration } from '../kit/duration.ts';
import { below } from './problems.ts';
import type { DeploymentConfig, DiscoverConfig, ModelConfig } from './types.ts';

/** {@link DiscoverConfig} with its defaults filled in. */
export interface DiscoverSettings {
  readonly source: string;
  readonly scheme: 'https' | 'http';
  readonly path: string | undefined;
  /** Milliseconds. */
  readonly every: number;
  /** What is said of each. */
  readonly each: Partial<DeploymentConfig>;
}

const SRV = 'srv:';

/** The name whose SRV records are looked up; undefined: it is the name of a function. */
export const srvName = (source: string): string | undefined =>
  source.startsWith(SRV) ? source.slice(SRV.length) : undefined;

/** Are they looked up? */
export const isDiscovered = (deployments: ModelConfig['deployments']): deployments is DiscoverConfig =>
  !Array.isArray(deployments);

/** The deployments that a configuration says something about; of those that are looked up: what it says of each. */
export function statedOf({ deployments }: Pick<ModelConfig, 'deployments'>): readonly (string | DeploymentConfig)[] {
  if (!isDiscovered(deployments)) return deployments;
  const { model, ...each } = eachOf(deployments);
  return model === undefined ? [] : [{ ...each, model }];
}

/** Where the configuration says what {@link statedOf} gives. `path`: of the alias. */
export function statedAt({ deployments }: Pick<ModelConfig, 'deployments'>, path: string, index: number): string {
  const list = below(path, 'deployments');
  return isDiscovered(deployments) ? list : below(list, index);
}

/** Does a function look them up, which may say of each whatever the configuration does not? */
export const isOpen = (deployments: ModelConfig['deployments']): boolean =>
  isDiscovered(deployments) && srvName(deployments.discover) === undefined;

/** undefined: the deployments are a list. */
export function discoverSettings(deployments: ModelConfig['deployments']): DiscoverSettings | undefined {
  if (!isDiscovered(deployments)) return undefined;
  const { discover: source, scheme = 'https', path, every } = deployments;
  return { source, scheme, path, every: parseDuration(every) ?? 30_000, each: eachOf(deployments) };
}

function eachOf({
  discover: _,
  scheme: __,
  path: ___,
  every: ____,
  ...each
}: DiscoverConfig): Partial<DeploymentConfig> {
  return each;
}
