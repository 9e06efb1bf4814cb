import type { Store } from './store.ts';

/** Parts of stores, each from the one that suits it; a whole store fits into each place. */
export interface StoreParts {
  readonly limits: Store;
  readonly ledger: Store;
  readonly entities: Store;
  readonly shared: Store;
}

/**
 * One store out of several, such as limits and shared maps in one that is fast and the rest in one that keeps. `flush` and `close` reach each of them
 * once, all of them whatever one answers, and reject with the first error then.
 */
export function composeStore({ limits, ledger, entities, shared }: StoreParts): Store {
  const stores = new Set([limits, ledger, entities, shared]);
  return {
    limits: limits.limits,
    ledger: ledger.ledger,
    entities: entities.entities,
    shared: (name, capacity, options) => shared.shared(name, capacity, options),
    flush: () => every(stores, (store) => store.flush()),
    close: () => every(stores, (store) => store.close()),
  };
}

async function every(stores: Iterable<Store>, work: (store: Store) => Promise<void>): Promise<void> {
  const ends = await Promise.allSettled([...stores].map(work));
  for (const end of ends) if (end.status === 'rejected') throw end.reason;
}
