import { describe, expect, it } from 'vitest';
import { at, attempt, NOW, perMinute, reservation } from '../testing/store-setting.ts';
import { composeStore } from './compose.ts';
import { memoryStore } from './memory.ts';
import type { Store } from './store.ts';

/** A store that counts how often it is flushed and closed, and rejects to be closed if asked to. */
function counting(error?: Error) {
  const counts = { flushed: 0, closed: 0 };
  const store: Store = {
    ...memoryStore(),
    async flush() {
      counts.flushed += 1;
    },
    async close() {
      counts.closed += 1;
      if (error !== undefined) throw error;
    },
  };
  return { store, counts };
}

describe('a composed store', () => {
  it('takes each part from the store that was named for it', async () => {
    const [fast, kept] = [memoryStore(), memoryStore()];
    const store = composeStore({ limits: fast, ledger: kept, entities: kept, shared: fast });
    await store.limits.admit(reservation('a', { requests: 1 }, [perMinute('requests', 1)]), NOW);
    await store.ledger.append([attempt('a', 0)], NOW);
    await store.entities.put('team', 'a', 1, undefined, { at: NOW.now, by: 'admin', action: 'test' }, NOW);
    await store.shared('nonces', 10).add('a', new Uint8Array(), 5_000, NOW);
    expect((await fast.limits.open(undefined, NOW)).items).toHaveLength(1);
    expect((await kept.ledger.list({}, undefined, NOW)).items).toHaveLength(1);
    expect((await kept.entities.list('team', undefined, NOW)).items).toHaveLength(1);
    expect(await fast.shared('nonces', 10).get('a', at(1))).toBeDefined();
  });

  it('flushes and closes each store once, however many parts are of it', async () => {
    const [fast, kept] = [counting(), counting()];
    const store = composeStore({ limits: fast.store, ledger: kept.store, entities: kept.store, shared: fast.store });
    await store.flush();
    await store.close();
    expect([fast.counts, kept.counts]).toEqual([
      { flushed: 1, closed: 1 },
      { flushed: 1, closed: 1 },
    ]);
  });

  it('closes all of them though one rejects, and tells its error', async () => {
    const [broken, kept] = [counting(new Error('no answer')), counting()];
    const store = composeStore({
      limits: broken.store,
      ledger: kept.store,
      entities: kept.store,
      shared: broken.store,
    });
    await expect(store.close()).rejects.toThrow('no answer');
    expect(kept.counts.closed).toBe(1);
  });
});
