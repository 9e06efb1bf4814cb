import type { GatewayConfig, ProviderConfig } from '../config/types.ts';
import { createGateway as assemble } from '../gateway.ts';
import type { Gateway } from '../gateway-api.ts';
import { fromEnvironment as readEnvironment } from '../providers/environment.ts';
import { nodePlatform } from './platform.ts';

export * from '../public.ts';

/** A gateway on Node: undici to the providers, node:crypto, the process's environment. Throws ConfigError with the path and the fix. */
export function createGateway<Host = unknown>(config: GatewayConfig<Host>): Gateway<Host> {
  return assemble(config, nodePlatform());
}

/**
 * Providers whose key variables are set, ready for `providers`. `names`: which to look for; default all that are known.
 * Throws ConfigError for a name that is no known provider.
 */
export function fromEnvironment(names?: readonly string[]): Record<string, ProviderConfig> {
  return readEnvironment(names, process.env);
}
