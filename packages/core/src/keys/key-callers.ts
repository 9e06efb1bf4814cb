import type { Caller } from '../config/types.ts';
import type { Clock } from '../kit/clock.ts';
import type { Entities } from '../store/store.ts';
import { Directory, type DirectorySettings } from './directory.ts';
import { KeyRing } from './key-ring.ts';
import type { EntityKind } from './records.ts';

/** Of what stands beside an identity of the host's. */
export const DEFAULTS: DirectorySettings = { ttl: 30_000, grace: 300_000, capacity: 10_000 };

/** Knows callers by their keys. */
export interface KeyCallers {
  /**
   * The caller whose key this is. Throws, or rejects with, AccessError `key_unknown`, `key_expired` or `key_blocked`; LimitError `store_unavailable`, or
   * `rate_limited` when too many keys were made up.
   */
  callerOf(key: string): Caller | Promise<Caller>;
  /** The record of this kind and id has changed. */
  forget(kind: EntityKind, id: string): void;
}

/**
 * Callers as a gateway with `access: { keys: {} }` knows them, for whoever serves beside one.
 * @param timeout milliseconds that the store has for a call; default 50, as `storage.timeout`
 */
export function keyCallers(entities: Entities, clock: Pick<Clock, 'now'>, timeout?: number): KeyCallers {
  const directory = new Directory(entities, clock, DEFAULTS, timeout);
  const ring = new KeyRing(directory, clock, DEFAULTS.capacity);
  return { callerOf: (key) => ring.callerOf(key), forget: (kind, id) => directory.forget(kind, id) };
}
