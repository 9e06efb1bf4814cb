import type { ModelSettings } from '../config/settings.ts';

/** Is it an alias of many names? */
export const isWildcard = (name: string): boolean => name.endsWith('*');

/**
 * Of the aliases with a `*` the one that a name fits best, made into an alias of that name: the rest takes the place of the `*` in its deployments. The longest
 * of those that fit; undefined when none does.
 */
export function fitting(models: Iterable<ModelSettings>): (name: string) => ModelSettings | undefined {
  const wild = [...models].filter(({ name }) => isWildcard(name)).sort((a, b) => b.name.length - a.name.length);
  return (name) => {
    const model = wild.find((one) => name.length >= one.name.length && name.startsWith(one.name.slice(0, -1)));
    return model === undefined ? undefined : filledIn(model, name);
  };
}

function filledIn(model: ModelSettings, name: string): ModelSettings {
  const rest = name.slice(model.name.length - 1);
  const deployments = model.deployments.map((one) => ({
    ...one,
    id: name + one.id.slice(model.name.length),
    model: isWildcard(one.model) ? one.model.slice(0, -1) + rest : one.model,
  }));
  return { ...model, name, deployments };
}
