import { equal } from './assert.ts';
import {
  at,
  atOnce,
  counted,
  HOUR,
  MINUTE,
  NOW,
  perMinute,
  reservation,
  type StoreCase,
  verdict,
} from './store-setting.ts';

/** Per day, so that windows don't get in the way of expiry. */
const tokens = { ...perMinute('tokens', 100), id: 'tokens-per-day', window: 24 * 60 * MINUTE };
const LATER = at(MINUTE);
const soon = { expires: HOUR + MINUTE };

/** Extensions, and reservations that outlive their time. */
export const expiryCases: readonly StoreCase[] = [
  [
    'an extension reserves more, up to the limit and not beyond',
    async (store) => {
      await store.limits.admit(reservation('a', { tokens: 40 }, [tokens]), NOW);
      equal(
        verdict(await store.limits.extend('a', { tokens: 60 }, HOUR + 10 * MINUTE, NOW)),
        'granted',
        'to the limit',
      );
      equal(
        verdict(await store.limits.extend('a', { tokens: 1 }, HOUR + 10 * MINUTE, NOW)),
        'user:ann tokens-per-day',
        'beyond',
      );
      equal(await counted(store, tokens, NOW), '0/100', 'counted');
      await store.limits.settle('a', { tokens: 70 }, NOW);
      equal(await counted(store, tokens, NOW), '70/0', 'settled');
    },
  ],
  [
    'an extension that one scope refuses extends no other, and not the time either',
    async (store) => {
      const scopes = [
        { scope: 'user:ann', limits: [tokens] },
        { scope: 'team:a', limits: [{ ...tokens, max: 50 }] },
      ];
      await store.limits.admit(reservation('a', { tokens: 40 }, [], { scopes, ...soon }), NOW);
      equal(
        verdict(await store.limits.extend('a', { tokens: 20 }, HOUR + 10 * MINUTE, NOW)),
        'team:a tokens-per-day',
        'refused',
      );
      equal(await counted(store, tokens, NOW), '0/40', 'user');
      equal(await counted(store, tokens, LATER), '0/0', 'expired when it was to expire before');
    },
  ],
  [
    'an extension in a later window counts there, the rest where it was admitted',
    async (store) => {
      const minute = perMinute('tokens', 100);
      await store.limits.admit(reservation('a', { tokens: 90 }, [minute]), at(0));
      equal(verdict(await store.limits.extend('a', { tokens: 30 }, HOUR + 10 * MINUTE, LATER)), 'granted', 'extended');
      equal(await counted(store, minute, LATER), '0/30', 'reserved');
      await store.limits.settle('a', { tokens: 110 }, LATER);
      equal(await counted(store, minute, LATER), '20/0', 'settled');
    },
  ],
  [
    'extensions add up in what is listed as open',
    async ({ limits }) => {
      await limits.admit(reservation('a', { requests: 1, tokens: 10 }, [tokens]), NOW);
      await limits.extend('a', { tokens: 5 }, HOUR + 11 * MINUTE, NOW);
      await limits.extend('a', { tokens: 5 }, HOUR + 12 * MINUTE, NOW);
      const [item] = (await limits.open(undefined, NOW)).items;
      equal([item?.amounts, item?.expires], [{ requests: 1, tokens: 20 }, HOUR + 12 * MINUTE], 'open');
    },
  ],
  [
    'an extension keeps a reservation from expiring',
    async (store) => {
      await store.limits.admit(reservation('a', { tokens: 40 }, [tokens], soon), NOW);
      await store.limits.extend('a', {}, HOUR + 3 * MINUTE, NOW);
      equal(await counted(store, tokens, at(2 * MINUTE)), '0/40', 'before the new time');
      equal(await counted(store, tokens, at(3 * MINUTE)), '0/0', 'after it');
    },
  ],
  [
    'a reservation that expires with `release` gives everything back',
    async (store) => {
      await store.limits.admit(reservation('a', { tokens: 40 }, [tokens], { ...soon, onExpiry: 'release' }), NOW);
      equal(await counted(store, tokens, at(MINUTE - 1)), '0/40', 'before');
      equal(await counted(store, tokens, LATER), '0/0', 'after');
      equal((await store.limits.open(undefined, LATER)).items, [], 'open');
    },
  ],
  [
    'a reservation that expires with `spend` counts as used in full',
    async (store) => {
      await store.limits.admit(reservation('a', { tokens: 40 }, [tokens], { ...soon, onExpiry: 'spend' }), NOW);
      await store.limits.extend('a', { tokens: 10 }, HOUR + MINUTE, NOW);
      equal(await counted(store, tokens, LATER), '50/0', 'after');
      equal((await store.limits.open(undefined, LATER)).items, [], 'open');
    },
  ],
  [
    'a reservation that expires with `doubt` goes on counting, is listed, and can be settled',
    async (store) => {
      await store.limits.admit(reservation('a', { tokens: 40 }, [tokens], { ...soon, onExpiry: 'doubt' }), NOW);
      equal(await counted(store, tokens, LATER), '0/40', 'in doubt');
      equal(
        (await store.limits.open(undefined, LATER)).items.map((item) => item.id),
        ['a'],
        'open',
      );
      await store.limits.settle('a', { tokens: 15 }, LATER);
      equal(await counted(store, tokens, LATER), '15/0', 'settled');
      equal((await store.limits.open(undefined, LATER)).items, [], 'open after the settlement');
    },
  ],
  [
    'concurrency is free again when a reservation expires, whichever way',
    async (store) => {
      for (const onExpiry of ['spend', 'release', 'doubt'] as const) {
        await store.limits.admit(reservation(onExpiry, { concurrency: 1 }, [atOnce(3)], { ...soon, onExpiry }), NOW);
      }
      equal(await counted(store, atOnce(3), NOW), '0/3', 'before');
      equal(await counted(store, atOnce(3), LATER), '0/0', 'after');
      await store.limits.settle('doubt', { concurrency: 1 }, LATER);
      equal(await counted(store, atOnce(3), LATER), '0/0', 'after a late settlement');
    },
  ],
  [
    'expiry settles: what comes later changes nothing, and no extension is granted',
    async (store) => {
      for (const onExpiry of ['spend', 'release'] as const) {
        await store.limits.admit(reservation(onExpiry, { tokens: 10 }, [tokens], { ...soon, onExpiry }), NOW);
      }
      for (const id of ['spend', 'release']) {
        equal((await store.limits.extend(id, { tokens: 5 }, HOUR + 5 * MINUTE, LATER)).granted, false, `extend ${id}`);
        await store.limits.settle(id, { tokens: 60 }, LATER);
      }
      equal(await counted(store, tokens, LATER), '10/0', 'counted');
    },
  ],
  [
    'an id that is admitted again after it expired is as any other: it can be extended, and settled',
    async (store) => {
      await store.limits.admit(reservation('a', { tokens: 10 }, [tokens], soon), NOW);
      equal(await counted(store, tokens, LATER), '0/0', 'expired');
      const again = reservation('a', { tokens: 20 }, [tokens], { expires: HOUR + 5 * MINUTE });
      equal(verdict(await store.limits.admit(again, LATER)), 'granted', 'admitted again');
      equal(verdict(await store.limits.extend('a', { tokens: 5 }, HOUR + 6 * MINUTE, LATER)), 'granted', 'extended');
      equal(await counted(store, tokens, LATER), '0/25', 'reserved');
      await store.limits.settle('a', { tokens: 7 }, LATER);
      equal(await counted(store, tokens, LATER), '7/0', 'settled');
    },
  ],
  [
    'room that an expiry frees is there for the next reservation',
    async ({ limits }) => {
      await limits.admit(reservation('a', { tokens: 100 }, [tokens], soon), NOW);
      equal(
        verdict(await limits.admit(reservation('b', { tokens: 100 }, [tokens]), at(MINUTE - 1))),
        'user:ann tokens-per-day',
        'before',
      );
      equal(verdict(await limits.admit(reservation('c', { tokens: 100 }, [tokens]), LATER)), 'granted', 'after');
    },
  ],
];
