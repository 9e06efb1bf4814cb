import { type AuditRecord, MemoryEntities } from './memory-entities.ts';
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
  /** Keys, teams and other documents; beyond it `put` rejects with RangeError. Default 100,000. */
  readonly entities?: number;
}

/** The store of one process, lost with it. */
export interface MemoryStore extends Store {
  /** Who changed which entity, oldest first; at least the last 100,000 entries, or as many as `entities`. */
  readonly audit: readonly AuditRecord[];
}

/**
 * Everything in the memory of this process, each part bounded. It has no clock: time comes with each call.
 * Amounts that are no integers from 0 up reject with RangeError.
 */
export function memoryStore(options: MemoryStoreOptions = {}): MemoryStore {
  const maps = new Map<string, SharedMap>();
  const entities = new MemoryEntities(options.entities ?? 100_000);
  return {
    limits: new MemoryLimits(options.counters ?? 100_000),
    ledger: new MemoryLedger(options.attempts ?? 10_000),
    entities,
    get audit() {
      return entities.audit;
    },
    shared(name, capacity, options) {
      const map = maps.get(name) ?? new MemorySharedMap(capacity, options);
      maps.set(name, map);
      return map;
    },
    flush: () => Promise.resolve(),
    close: () => Promise.resolve(),
  };
}
