import type { Store } from '@postern/core';
import { LeasedLimits } from './leased-limits.ts';
import { checked, type LeaseOptions } from './options.ts';

/** A store whose limits are served out of slices; all the rest is the store's own. */
export interface LeasedStore extends Store {
  /** Gives back what no request holds, then flushes the store. */
  flush(): Promise<void>;
  /** Gives back what no request holds, takes nothing any more, and closes the store. */
  close(): Promise<void>;
}

/**
 * Takes slices of each limit out of a store ahead of need, so that requests are admitted, extended and settled without a round trip where limits are busy
 * enough. What is used, reserved and leased is never more than a limit; what a process that dies had leased counts as used.
 * @throws RangeError for an option that is out of range
 */
export function leasedStore(store: Store, options: LeaseOptions = {}): LeasedStore {
  const limits = new LeasedLimits(store.limits, checked(options));
  return {
    limits,
    ledger: store.ledger,
    entities: store.entities,
    shared: (name, capacity, sharedOptions) => store.shared(name, capacity, sharedOptions),
    async flush() {
      await limits.flush();
      await store.flush();
    },
    async close() {
      await limits.close();
      await store.close();
    },
  };
}
