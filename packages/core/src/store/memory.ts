import { MemoryEntities } from './memory-entities.ts';
import { MemoryLedger } from './memory-ledger.ts';
import { MemoryLimits } from './memory-limits.ts';
import { MemorySharedMap } from './memory-shared.ts';
import type { SharedMap, Store } from './store.ts';

/** How much a memory store may hold. Whole numbers from 1 up. */
export interface MemoryStoreOptions {
  /** Attempts in the ledger; beyond it the oldest is dropped. Default 10,000. */
  readonly attempts?: number;
  /** Limits times scopes that are counted at a time; beyond it further scopes are refused, since forgetting one would lift its limit. Default 100,000. */
  readonly counters?: number;
  /**
   * Keys, teams and other documents; beyond it `put` rejects with RangeError. At least as many of the newest audit entries are kept, and at most twice as
   * many. Default 100,000.
   */
  readonly entities?: number;
}

/**
 * A store of one process, lost with it: everything in its memory, each part bounded. It has no clock: time comes with each call.
 * Amounts that are no integers from 0 up reject with RangeError.
 */
export function memoryStore(options: MemoryStoreOptions = {}): Store {
  const maps = new Map<string, SharedMap>();
  return {
    limits: new MemoryLimits(options.counters ?? 100_000),
    ledger: new MemoryLedger(options.attempts ?? 10_000),
    entities: new MemoryEntities(options.entities ?? 100_000),
    shared(name, capacity, options) {
      const map = maps.get(name) ?? new MemorySharedMap(capacity, options);
      maps.set(name, map);
      return map;
    },
    flush: () => Promise.resolve(),
    close: () => Promise.resolve(),
  };
}
