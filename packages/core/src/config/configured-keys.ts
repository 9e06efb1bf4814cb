import type { Settings } from './settings.ts';

/** Every API key that stands in the configuration, to be taken out of texts whatever it looks like. */
export function configuredKeys({ providers, models }: Pick<Settings, 'providers' | 'models'>): readonly string[] {
  const deployments = [...models.values()].flatMap((model) => model.deployments);
  const keys = [...providers.values(), ...deployments].flatMap(({ apiKey }) => apiKey ?? []);
  return [...new Set(keys)];
}
