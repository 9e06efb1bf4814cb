import { BEFORE, FAMILIES } from './providers/tiers.ts';

/** The quality tier of a deployment, 1 to 4: what is configured for its model or alias, else what its family has; undefined: nobody knows. */
export type TierOf = (alias: string, model: string) => number | undefined;

/** By `tiers` of a policy. A name that stands in full goes before one with `*`, the model before the alias. */
export function tiersBy(configured: Readonly<Record<string, number>> = {}): TierOf {
  const known = new Map<string, Map<string, number | undefined>>();
  return (alias, model) => {
    const models = known.get(alias) ?? new Map<string, number | undefined>();
    const before = models.get(model);
    if (before !== undefined || models.has(model)) return before;
    const tier = own(configured, model) ?? own(configured, alias) ?? wild(configured, model) ?? wild(configured, alias);
    const found = tier ?? familyTier(model);
    if (models.size < MOST) known.set(alias, models.set(model, found));
    return found;
  };
}

/** Models of an alias that are remembered: with discovery there is no end to them. */
const MOST = 1_000;

const own = (tiers: Readonly<Record<string, number>>, name: string): number | undefined =>
  Object.hasOwn(tiers, name) ? tiers[name] : undefined;

function wild(tiers: Readonly<Record<string, number>>, name: string): number | undefined {
  const fits = Object.keys(tiers).filter((one) => one.endsWith('*') && name.startsWith(one.slice(0, -1)));
  const [longest] = fits.sort((a, b) => b.length - a.length);
  return longest === undefined ? undefined : tiers[longest];
}

/** What the list of families says of `provider/model`; of a name with further slashes its end counts. */
export function familyTier(model: string): number | undefined {
  const name = model
    .slice(model.lastIndexOf('/') + 1)
    .toLowerCase()
    .replace(BEFORE, '');
  return FAMILIES.find((family) => family.name.test(name))?.tier;
}
