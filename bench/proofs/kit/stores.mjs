/** The stores of the proofs by their kind. A store is named by plain data, so that the processes of a proof can open the same one. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { memoryStore } from '@postern/core';
import { leasedStore } from '@postern/leases';
import { postgresStore } from '@postern/postgres';
import { redisStore } from '@postern/redis';
import { sqliteStore } from '@postern/sqlite';
import { startPostgres, startRedis } from './services.mjs';

export const SHARED = ['redis', 'postgres', 'both'];
/** Limits out of slices that each process takes of those in Redis. What is to be found one by one after a crash is not leased: see `onCrash`. */
export const LEASED = 'leased';
export const DURABLE = ['sqlite', 'redis', 'postgres'];
export const ALL = ['memory', 'sqlite', 'redis', 'postgres', 'both'];

let named = 0;

/**
 * Servers for these kinds of stores. `fresh` gives the address of a store that holds nothing yet; its `patience` are the milliseconds that a call has
 * at least, where a proof is of what is counted and not of how soon.
 */
export async function storage(kinds, { durable = false } = {}) {
  const needs = (...names) => names.some((name) => kinds.includes(name));
  const redis = needs('redis', 'both', 'leased') ? await startRedis(durable) : undefined;
  const postgres = needs('postgres', 'both') ? await startPostgres(durable) : undefined;
  const folder = mkdtempSync(join(tmpdir(), 'postern-proof-'));
  return {
    redis,
    postgres,
    fresh(kind, patience = 0) {
      named += 1;
      const name = `proof_${process.pid}_${named}`;
      return {
        kind,
        name,
        patience,
        file: join(folder, `${name}.db`),
        redis: redis?.url,
        postgres: postgres?.url,
      };
    },
    async close() {
      await redis?.stop();
      await postgres?.remove();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Opens what {@link storage} has given an address to. */
export async function openStore(address) {
  const store = await OPEN[address.kind](address);
  return address.patience === 0 ? store : patient(store, address.patience);
}

const OPEN = {
  memory: () => memoryStore(),
  sqlite: ({ file }) => sqliteStore({ file }),
  redis: ({ redis, name }) => redisStore({ url: redis, prefix: name }),
  postgres: ({ postgres, name }) => postgresStore({ connectionString: postgres, schema: name }),
  leased: (address) => leasedStore(OPEN.redis(address)),
  async both(address) {
    const [redis, postgres] = [OPEN.redis(address), await OPEN.postgres(address)];
    const each = (what) => async () => void (await Promise.all([redis[what](), postgres[what]()]));
    return { ...postgres, limits: redis.limits, shared: redis.shared, flush: each('flush'), close: each('close') };
  },
};

/** The same store, whose calls have more time: on a machine that all proofs share a deadline says more of the machine than of the store. */
function patient(store, patience) {
  const longer = (part) =>
    new Proxy(part, {
      get(target, name) {
        const member = target[name];
        if (typeof member !== 'function') return member;
        return (...args) => {
          const call = args.at(-1);
          if (call?.deadline !== undefined)
            args[args.length - 1] = { ...call, deadline: Math.max(call.deadline, call.now + patience) };
          return member.apply(target, args);
        };
      },
    });
  return {
    ...store,
    limits: longer(store.limits),
    ledger: longer(store.ledger),
    entities: longer(store.entities),
    shared: (...args) => longer(store.shared(...args)),
  };
}
