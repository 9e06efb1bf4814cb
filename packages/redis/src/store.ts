import type { SharedMap, Store } from '@postern/core';
import { Connection } from './connection.ts';
import { RedisEntities } from './entities.ts';
import { partOf, prefixOf } from './keys.ts';
import { RedisLedger } from './ledger.ts';
import { RedisLimits } from './limits.ts';
import type { RedisStoreOptions } from './options.ts';
import { RedisSharedMap } from './shared.ts';

/**
 * A store in Redis or Valkey (from version 6 on), one server, with sentinels, or a cluster, that all processes share. It begins to connect at once; a call
 * waits for the connection as long as its deadline allows, and rejects then. A part can be taken alone:
 * `composeStore({ limits: redis, shared: redis, ledger: postgres, entities: postgres })`. See docs/stores.md for what the server has to be set to.
 * @throws RangeError for options that contradict each other, or a prefix with braces
 */
export function redisStore(options: RedisStoreOptions = {}): Store {
  const name = options.prefix ?? 'postern';
  const prefix = prefixOf(name);
  const connection = new Connection(options);
  const maps = new Map<string, SharedMap>();
  return {
    limits: new RedisLimits(connection, prefix, options.pending ?? 10_000),
    ledger: new RedisLedger(connection, partOf(name, 'ledger')),
    entities: new RedisEntities(connection, partOf(name, 'entities'), options.audit ?? 100_000),
    shared(map, capacity, settings) {
      const made = maps.get(map) ?? new RedisSharedMap(connection, name, map, capacity, settings);
      maps.set(map, made);
      return made;
    },
    // Nothing is kept back: a call that resolved is in Redis.
    flush: () => Promise.resolve(),
    close: () => connection.close(),
  };
}
