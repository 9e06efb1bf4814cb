import type { Limit } from '../index.ts';
import { equal, ok, rejects } from './assert.ts';
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
  stateOf,
  verdict,
} from './store-setting.ts';

const requests = perMinute('requests', 2);
const tokens = perMinute('tokens', 100);
const ONE = { requests: 1 };

/** Admission, extension and settlement. */
export const limitCases: readonly StoreCase[] = [
  [
    'a reservation without scopes is granted, extended and settled',
    async ({ limits }) => {
      const free = reservation('r', ONE, [], { scopes: [] });
      equal(await limits.admit(free, NOW), { granted: true, scopes: [] }, 'admit');
      equal(await limits.extend('r', { tokens: 5 }, HOUR + MINUTE, NOW), { granted: true, scopes: [] }, 'extend');
      equal(await limits.settle('r', ONE, NOW), { granted: true, scopes: [] }, 'settle');
    },
  ],
  [
    'a limit is kept to the last unit, and the refusal names scope, limit and when there is room again',
    async ({ limits }) => {
      equal(verdict(await limits.admit(reservation('a', ONE, [requests]), at(10))), 'granted', 'first');
      equal(verdict(await limits.admit(reservation('b', ONE, [requests]), at(20))), 'granted', 'second');
      const third = await limits.admit(reservation('c', ONE, [requests]), at(30));
      equal(
        third,
        { granted: false, scope: 'user:ann', limit: 'requests-per-minute', counts: 'requests', resetAt: HOUR + MINUTE },
        'third',
      );
    },
  ],
  [
    'what is reserved counts until it is settled, and what was used from then on',
    async (store) => {
      await store.limits.admit(reservation('a', { tokens: 80 }, [tokens]), NOW);
      equal(await counted(store, tokens, NOW), '0/80', 'reserved');
      equal(
        verdict(await store.limits.admit(reservation('b', { tokens: 21 }, [tokens]), NOW)),
        'user:ann tokens-per-minute',
        'too much',
      );
      await store.limits.settle('a', { tokens: 30 }, NOW);
      equal(await counted(store, tokens, NOW), '30/0', 'settled');
      equal(verdict(await store.limits.admit(reservation('c', { tokens: 70 }, [tokens]), NOW)), 'granted', 'the rest');
    },
  ],
  [
    'a grant tells used, reserved and reset of every limit in their order',
    async ({ limits }) => {
      await limits.admit(reservation('a', { requests: 1, tokens: 40 }, [requests, tokens]), NOW);
      await limits.settle('a', { requests: 1, tokens: 25 }, NOW);
      const granted = await limits.admit(reservation('b', { requests: 1, tokens: 10 }, [requests, tokens]), at(1));
      const resetAt = HOUR + MINUTE;
      const expected = [
        { scope: 'user:ann', limit: 'requests-per-minute', counts: 'requests', used: 1, reserved: 1, max: 2, resetAt },
        { scope: 'user:ann', limit: 'tokens-per-minute', counts: 'tokens', used: 25, reserved: 10, max: 100, resetAt },
      ];
      equal(granted, { granted: true, scopes: expected }, 'granted');
    },
  ],
  [
    'a refusal by one scope consumes nothing of the others',
    async (store) => {
      const scopes = (team: number) => ({
        scopes: [
          { scope: 'user:ann', limits: [requests] },
          { scope: 'team:a', limits: [{ ...requests, max: team }] },
        ],
      });
      equal(
        verdict(await store.limits.admit(reservation('a', ONE, [], scopes(0)), NOW)),
        'team:a requests-per-minute',
        'refused',
      );
      equal(await counted(store, requests, NOW), '0/0', 'user');
      equal(await counted(store, requests, NOW, 'team:a'), '0/0', 'team');
      await store.limits.settle('a', ONE, NOW);
      equal(await counted(store, requests, NOW), '0/0', 'user after a settlement of what was refused');
    },
  ],
  [
    'a refusal by one limit consumes nothing of the other limits of the scope',
    async (store) => {
      const busy = await store.limits.admit(
        reservation('a', { requests: 1, concurrency: 1 }, [requests, atOnce(0)]),
        NOW,
      );
      equal(verdict(busy), 'user:ann at-once', 'refused');
      equal(await counted(store, requests, NOW), '0/0', 'requests');
    },
  ],
  [
    'of many at once exactly as many are granted as there is room for',
    async (store) => {
      const limit = perMinute('requests', 10);
      const answers = await Promise.all(
        Array.from({ length: 50 }, (_, index) => store.limits.admit(reservation(`r${index}`, ONE, [limit]), NOW)),
      );
      equal(answers.filter((answer) => answer.granted).length, 10, 'granted');
      equal(await counted(store, limit, NOW), '0/10', 'counted');
    },
  ],
  [
    'the first requests of a scope that nobody has seen are limited as all others',
    async ({ limits }) => {
      const answers = await Promise.all(
        Array.from({ length: 8 }, (_, index) =>
          limits.admit(reservation(`r${index}`, ONE, [perMinute('requests', 1)]), NOW),
        ),
      );
      equal(answers.filter((answer) => answer.granted).length, 1, 'granted');
    },
  ],
  [
    'windows are aligned to the epoch and begin with nothing used',
    async (store) => {
      await store.limits.admit(reservation('a', { tokens: 100 }, [tokens]), at(MINUTE - 1));
      await store.limits.settle('a', { tokens: 100 }, at(MINUTE - 1));
      equal(await counted(store, tokens, at(MINUTE - 1)), '100/0', 'last moment of the window');
      equal(await counted(store, tokens, at(MINUTE)), '0/0', 'first moment of the next');
      equal((await stateOf(store, tokens, at(MINUTE)))?.resetAt, HOUR + 2 * MINUTE, 'reset');
    },
  ],
  [
    'each limit has its own window',
    async (store) => {
      const perHour: Limit = { id: 'per-hour', counts: 'requests', max: 3, window: 60 * MINUTE };
      for (const minute of [0, 1, 2]) {
        equal(
          verdict(await store.limits.admit(reservation(`r${minute}`, ONE, [requests, perHour]), at(minute * MINUTE))),
          'granted',
          `minute ${minute}`,
        );
      }
      const fourth = await store.limits.admit(reservation('r3', ONE, [requests, perHour]), at(3 * MINUTE));
      equal(
        fourth,
        { granted: false, scope: 'user:ann', limit: 'per-hour', counts: 'requests', resetAt: HOUR + 60 * MINUTE },
        'fourth',
      );
    },
  ],
  [
    'what was admitted in one window does not count in the next, settled there or not',
    async (store) => {
      await store.limits.admit(reservation('a', { tokens: 60 }, [tokens]), at(0));
      await store.limits.admit(reservation('b', { tokens: 40 }, [tokens]), at(0));
      equal(await counted(store, tokens, at(MINUTE)), '0/0', 'next window');
      await store.limits.settle('a', { tokens: 60 }, at(MINUTE));
      equal(await counted(store, tokens, at(MINUTE)), '0/0', 'settled in the next window');
    },
  ],
  [
    'settling is idempotent: the first one wins',
    async (store) => {
      await store.limits.admit(reservation('a', { tokens: 50 }, [tokens]), NOW);
      await store.limits.settle('a', { tokens: 20 }, NOW);
      await store.limits.settle('a', { tokens: 90 }, NOW);
      await store.limits.settle('a', {}, NOW);
      equal(await counted(store, tokens, NOW), '20/0', 'counted');
    },
  ],
  [
    'settling what was never reserved changes nothing',
    async (store) => {
      equal((await store.limits.settle('nobody', { tokens: 50 }, NOW)).granted, true, 'settle');
      equal(await counted(store, tokens, NOW), '0/0', 'counted');
    },
  ],
  [
    'what was used beyond the reservation counts in full',
    async (store) => {
      await store.limits.admit(reservation('a', { tokens: 10 }, [tokens]), NOW);
      await store.limits.settle('a', { tokens: 250 }, NOW);
      equal(await counted(store, tokens, NOW), '250/0', 'counted');
      equal(
        verdict(await store.limits.admit(reservation('b', { tokens: 1 }, [tokens]), NOW)),
        'user:ann tokens-per-minute',
        'next',
      );
    },
  ],
  [
    'what was used counts too where nothing was reserved',
    async (store) => {
      await store.limits.admit(reservation('a', ONE, [requests, tokens]), NOW);
      await store.limits.settle('a', { requests: 1, tokens: 70 }, NOW);
      equal(await counted(store, tokens, NOW), '70/0', 'counted');
    },
  ],
  [
    'a limit does not refuse what consumes nothing of it',
    async (store) => {
      await store.limits.admit(reservation('a', { tokens: 100 }, [tokens]), NOW);
      await store.limits.settle('a', { tokens: 500 }, NOW);
      equal(
        verdict(await store.limits.admit(reservation('b', ONE, [tokens, requests]), NOW)),
        'granted',
        'without tokens',
      );
    },
  ],
  [
    'a reservation that is sent twice counts once',
    async (store) => {
      const twice = reservation('a', { tokens: 60 }, [tokens]);
      equal(verdict(await store.limits.admit(twice, NOW)), 'granted', 'first');
      equal(verdict(await store.limits.admit(twice, NOW)), 'granted', 'second');
      equal(await counted(store, tokens, NOW), '0/60', 'counted');
    },
  ],
  [
    'a limit that was changed holds from the next reservation on, with what was counted',
    async (store) => {
      await store.limits.admit(reservation('a', { tokens: 90 }, [tokens]), NOW);
      equal(
        verdict(await store.limits.admit(reservation('b', { tokens: 90 }, [perMinute('tokens', 200)]), NOW)),
        'granted',
        'raised',
      );
      equal(
        verdict(await store.limits.admit(reservation('c', { tokens: 1 }, [perMinute('tokens', 50)]), NOW)),
        'user:ann tokens-per-minute',
        'lowered',
      );
    },
  ],
  [
    'concurrency is what is open now: no window gives it back, a settlement does',
    async (store) => {
      const two = { requests: 1, concurrency: 1 };
      await store.limits.admit(reservation('a', two, [atOnce(2)]), NOW);
      await store.limits.admit(reservation('b', two, [atOnce(2)]), NOW);
      equal(
        verdict(await store.limits.admit(reservation('c', two, [atOnce(2)]), at(5 * MINUTE))),
        'user:ann at-once',
        'third',
      );
      await store.limits.settle('a', { requests: 1, concurrency: 1 }, at(5 * MINUTE));
      equal(await counted(store, atOnce(2), at(5 * MINUTE)), '0/1', 'counted');
      equal(verdict(await store.limits.admit(reservation('d', two, [atOnce(2)]), at(5 * MINUTE))), 'granted', 'fourth');
    },
  ],
  [
    'amounts that are no integers from 0 up are refused, and change nothing',
    async (store) => {
      await store.limits.admit(reservation('a', { tokens: 10 }, [tokens]), NOW);
      for (const wrong of [0.5, -1, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53]) {
        await rejects(store.limits.admit(reservation('b', { tokens: wrong }, [tokens]), NOW), `admit ${wrong}`);
        await rejects(store.limits.extend('a', { tokens: wrong }, HOUR + MINUTE, NOW), `extend by ${wrong}`);
        await rejects(store.limits.settle('a', { tokens: wrong }, NOW), `settle ${wrong}`);
      }
      equal(await counted(store, tokens, NOW), '0/10', 'counted');
    },
  ],
  [
    'a soft limit refuses nothing, and its crossing is told once a window',
    async (store) => {
      const soft: Limit = { ...tokens, soft: true };
      const spend = async (id: string, amount: number, ms: number) => {
        equal(verdict(await store.limits.admit(reservation(id, { tokens: amount }, [soft]), at(ms))), 'granted', id);
        const settled = await store.limits.settle(id, { tokens: amount }, at(ms));
        return settled.scopes[0]?.crossed === true;
      };
      equal(await spend('a', 100, 0), false, 'to the limit');
      equal(await spend('b', 1, 0), true, 'over it');
      equal(await spend('c', 500, 0), false, 'further over it');
      equal(await spend('d', 101, MINUTE), true, 'in the next window');
    },
  ],
  [
    'the crossing of a soft limit on concurrency is told each time anew',
    async ({ limits }) => {
      const soft: Limit = { ...atOnce(1), soft: true };
      const open = async (id: string) => {
        const granted = await limits.admit(reservation(id, { concurrency: 1 }, [soft]), NOW);
        return granted.granted && granted.scopes[0]?.crossed === true;
      };
      equal([await open('a'), await open('b'), await open('c')], [false, true, false], 'crossed');
      await limits.settle('a', {}, NOW);
      await limits.settle('b', {}, NOW);
      equal([await open('d'), await open('e')], [true, false], 'crossed again');
    },
  ],
  [
    'a soft and a hard limit on the same scope stand side by side',
    async (store) => {
      const both = [{ ...tokens, id: 'warn', max: 50, soft: true }, tokens];
      await store.limits.admit(reservation('a', { tokens: 80 }, both), NOW);
      const settled = await store.limits.settle('a', { tokens: 80 }, NOW);
      equal(
        settled.scopes.map((state) => state.crossed === true),
        [true, false],
        'crossed',
      );
      equal(
        verdict(await store.limits.admit(reservation('b', { tokens: 30 }, both), NOW)),
        'user:ann tokens-per-minute',
        'hard',
      );
      equal(await counted(store, both[0] ?? tokens, NOW), '80/0', 'soft after the refusal');
    },
  ],
  [
    'scopes with odd names are kept apart',
    async (store) => {
      const names = ['a', 'a:b', 'a b', '', '__proto__', 'constructor', '{a}', 'ä', 'a\u0000b'];
      for (const [index, scope] of names.entries()) {
        await store.limits.admit(
          reservation(`r${index}`, { tokens: index }, [], { scopes: [{ scope, limits: [tokens] }] }),
          NOW,
        );
      }
      for (const [index, scope] of names.entries())
        equal(await counted(store, tokens, NOW, scope), `0/${index}`, `scope ${index}`);
    },
  ],
  [
    'open reservations are listed, page by page, each once, and settled ones no more',
    async ({ limits }) => {
      const limit = perMinute('requests', 1_000);
      for (let index = 0; index < 250; index++) await limits.admit(reservation(`r${index}`, ONE, [limit]), NOW);
      for (let index = 0; index < 250; index += 2) await limits.settle(`r${index}`, ONE, NOW);
      const seen: string[] = [];
      let cursor: string | undefined;
      do {
        const page = await limits.open(cursor, NOW);
        seen.push(...page.items.map((item) => item.id));
        cursor = page.next;
      } while (cursor !== undefined && seen.length <= 250);
      const expected = Array.from({ length: 125 }, (_, index) => `r${index * 2 + 1}`);
      equal([...seen].sort(), expected.sort(), 'listed');
      ok(seen.length === new Set(seen).size, 'one of them was listed twice');
    },
  ],
];
