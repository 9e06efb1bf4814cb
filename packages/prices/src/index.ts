import type { Price, PriceBook, PriceEntry } from '@postern/core';
import { ALIASES } from './providers/aliases.ts';
import { DATE, OTHER, SOURCES, TABLE } from './providers/table.ts';
import { lineOf } from './read.ts';

/**
 * The price book: what the models of the providers that Postern knows cost, on the day that `date` says. For `priceBook` of the configuration.
 * Vendors change prices without notice; what you agreed with yours goes into `prices` of the configuration.
 */
export function prices(): PriceBook {
  const read = new Map<string, ReadonlyMap<string, Price>>();
  const modelsOf = (provider: string): ReadonlyMap<string, Price> => {
    const known = read.get(provider);
    if (known !== undefined) return known;
    const models = linesOf(provider);
    read.set(provider, models);
    return models;
  };
  return {
    date: DATE,
    find: (provider, model) => modelsOf(idOf(provider)).get(model),
    *list(): Iterable<PriceEntry> {
      for (const provider of Object.keys(TABLE))
        for (const [model, price] of modelsOf(provider)) yield { provider, model, price };
    },
  };
}

/** The rows of one provider in several formats share their prices. */
const idOf = (provider: string): string =>
  Object.hasOwn(ALIASES, provider) ? (ALIASES[provider] ?? provider) : provider;

/** A provider's part of the table is read when it is first asked for: most are never used. */
function linesOf(provider: string): ReadonlyMap<string, Price> {
  const table = Object.hasOwn(TABLE, provider) ? (TABLE[provider] ?? '') : '';
  const source = SOURCES[provider] ?? '';
  return new Map(
    table
      .split('\n')
      .filter(Boolean)
      .map((line) => lineOf(line, source, OTHER)),
  );
}
