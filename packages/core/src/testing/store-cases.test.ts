import { describe, expect, it } from 'vitest';
import { memoryStore } from '../store/memory.ts';
import type { Limits, Store } from '../store/store.ts';
import { storeCases } from './store-cases.ts';

/** A memory store with one thing done wrong, and the case that has to find it. */
interface Sabotage {
  readonly title: string;
  readonly found: string;
  spoil(store: Store): Store;
}

const withLimits =
  (spoil: (limits: Limits) => Partial<Limits>) =>
  (store: Store): Store => {
    const { limits } = store;
    const sound: Limits = {
      admit: (reservation, call) => limits.admit(reservation, call),
      extend: (id, by, expires, call) => limits.extend(id, by, expires, call),
      settle: (id, used, call) => limits.settle(id, used, call),
      open: (cursor, call) => limits.open(cursor, call),
    };
    return { ...store, limits: { ...sound, ...spoil(limits) } };
  };

const SABOTAGES: readonly Sabotage[] = [
  {
    title: 'that admits everything',
    found: 'limits: a limit is kept to the last unit, and the refusal names scope, limit and when there is room again',
    spoil: withLimits(() => ({ admit: async () => ({ granted: true, scopes: [] }) })),
  },
  {
    title: 'that reserves scope by scope',
    found: 'limits: a refusal by one scope consumes nothing of the others',
    spoil: withLimits((limits) => ({
      async admit(reservation, call) {
        for (const [index, scope] of reservation.scopes.entries()) {
          const answer = await limits.admit(
            { ...reservation, id: `${reservation.id} ${index}`, scopes: [scope] },
            call,
          );
          if (!answer.granted) return answer;
        }
        return limits.admit({ ...reservation, id: 'x', amounts: {} }, call);
      },
    })),
  },
  {
    title: 'that looks first and reserves later',
    found: 'limits: of many at once exactly as many are granted as there is room for',
    spoil: withLimits((limits) => ({
      async admit(reservation, call) {
        const look = await limits.admit({ ...reservation, id: `look ${reservation.id}`, amounts: {} }, call);
        await limits.settle(`look ${reservation.id}`, {}, call);
        const [scope] = reservation.scopes;
        const [limit] = scope?.limits ?? [];
        const [state] = look.granted ? look.scopes : [];
        if (scope === undefined || limit === undefined || state === undefined) return look;
        const isFull = state.used + state.reserved + (reservation.amounts[limit.counts] ?? 0) > limit.max;
        if (isFull)
          return { granted: false, scope: scope.scope, limit: limit.id, counts: limit.counts, resetAt: state.resetAt };
        return limits.admit(
          { ...reservation, scopes: [{ ...scope, limits: [{ ...limit, max: Number.MAX_SAFE_INTEGER }] }] },
          call,
        );
      },
    })),
  },
  {
    title: 'that never gives back',
    found: 'limits: what is reserved counts until it is settled, and what was used from then on',
    spoil: withLimits(() => ({ settle: async () => ({ granted: true, scopes: [] }) })),
  },
  {
    title: 'that grants every extension',
    found: 'limits: an extension reserves more, up to the limit and not beyond',
    spoil: withLimits(() => ({ extend: async () => ({ granted: true, scopes: [] }) })),
  },
  {
    title: 'that lets nothing expire',
    found: 'limits: a reservation that expires with `release` gives everything back',
    spoil: withLimits((limits) => ({
      admit: (reservation, call) => limits.admit({ ...reservation, expires: Number.MAX_SAFE_INTEGER }, call),
    })),
  },
  {
    title: 'that appends twice',
    found: 'ledger: appending is idempotent by attempt: the first one stays',
    spoil: (store) => {
      let count = 0;
      const append: Store['ledger']['append'] = (attempts, call) => {
        count += 1;
        return store.ledger.append(
          attempts.map((record) => ({ ...record, attempt: `${record.attempt}${count > 1 ? '!' : ''}` })),
          call,
        );
      };
      return { ...store, ledger: { ...ledgerOf(store), append } };
    },
  },
  {
    title: 'that takes what has no price for free',
    found: 'ledger: totals add up attempts, usage and cost, and count what has no price instead of taking it for free',
    spoil: (store) => ({
      ...store,
      ledger: {
        ...ledgerOf(store),
        append: (attempts, call) =>
          store.ledger.append(
            attempts.map((record) => ({ ...record, cost: record.cost ?? '0', unpriced: false })),
            call,
          ),
      },
    }),
  },
  {
    title: 'that shares one map for all names',
    found: 'shared: maps of two names are two maps, of one name one',
    spoil: (store) => ({ ...store, shared: (_, capacity) => store.shared('all', capacity) }),
  },
  {
    title: 'that never forgets',
    found: 'shared: a full map that may forget drops what was added first, expired values before',
    spoil: (store) => ({ ...store, shared: (name, capacity) => store.shared(name, capacity) }),
  },
  {
    title: 'that forgets unasked',
    found: 'shared: a full map takes no new key until one is deleted or expires',
    spoil: (store) => ({ ...store, shared: (name, capacity) => store.shared(name, capacity, { forget: 'oldest' }) }),
  },
  {
    title: 'that takes any etag',
    found: 'entities: a document is changed by who knows its etag, which is another one then',
    spoil: (store) => ({
      ...store,
      entities: {
        get: (kind, id, call) => store.entities.get(kind, id, call),
        put: async (kind, id, value, _, audit, call) =>
          store.entities.put(kind, id, value, (await store.entities.get(kind, id, call))?.etag, audit, call),
        delete: (kind, id, etag, audit, call) => store.entities.delete(kind, id, etag, audit, call),
        list: (kind, cursor, call) => store.entities.list(kind, cursor, call),
        audit: (cursor, call) => store.entities.audit(cursor, call),
      },
    }),
  },
  {
    title: 'that tells the audit from its beginning each time',
    found: 'entities: the audit is read page by page, each entry once, while others are added',
    spoil: (store) => ({
      ...store,
      entities: {
        get: (kind, id, call) => store.entities.get(kind, id, call),
        put: (kind, id, value, etag, audit, call) => store.entities.put(kind, id, value, etag, audit, call),
        delete: (kind, id, etag, audit, call) => store.entities.delete(kind, id, etag, audit, call),
        list: (kind, cursor, call) => store.entities.list(kind, cursor, call),
        audit: (_, call) => store.entities.audit(undefined, call),
      },
    }),
  },
];

function ledgerOf({ ledger }: Store): Store['ledger'] {
  return {
    append: (attempts, call) => ledger.append(attempts, call),
    list: (filter, cursor, call) => ledger.list(filter, cursor, call),
    totals: (filter, by, call) => ledger.totals(filter, by, call),
    purge: (before, call) => ledger.purge(before, call),
  };
}

describe('the store cases', () => {
  it.each(SABOTAGES)('find a store $title', async ({ found, spoil }) => {
    const cases = storeCases(async () => spoil(memoryStore()));
    const guilty = cases.find(({ name }) => name === found);
    expect(cases.map(({ name }) => name)).toContain(found);
    await expect(guilty?.run()).rejects.toThrow();
  });

  it('have names of their own', () => {
    const names = storeCases(async () => memoryStore()).map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
  });

  it('can be had for some parts alone, and close what they opened even when they fail', async () => {
    let closed = 0;
    const make = async (): Promise<Store> => ({
      ...memoryStore(),
      shared: () => ({}) as never,
      close: async () => {
        closed += 1;
      },
    });
    const cases = storeCases(make, ['shared']);
    expect(cases.every(({ name }) => name.startsWith('shared: '))).toBe(true);
    for (const { run } of cases) await expect(run()).rejects.toThrow();
    expect(closed).toBe(cases.length);
  });
});
