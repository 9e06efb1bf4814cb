import type { Limit, Store } from '../index.ts';
import { equal } from './assert.ts';
import { at, counted, HOUR, MINUTE, reservation, type StoreCase, stateOf, verdict } from './store-setting.ts';

const DAY = 24 * 60 * MINUTE;

/** A budget of a calendar month that began so many days after the first hour; its length is the month's own. */
const monthOf = (day: number, days: number, more: Partial<Limit> = {}): Limit => ({
  id: 'budget',
  counts: 'nanoUsd',
  max: 1_000,
  start: HOUR + day * DAY,
  window: days * DAY,
  ...more,
});

/** Ten requests in any minute, to a slice of ten seconds. */
const rolling: Limit = { id: 'rolling', counts: 'requests', max: 10, window: MINUTE, slices: 6 };

async function spend(store: Store, id: string, amount: number, limit: Limit, ms: number): Promise<string> {
  const amounts = { [limit.counts]: amount };
  const answer = await store.limits.admit(reservation(id, amounts, [limit], { expires: HOUR + ms + MINUTE }), at(ms));
  if (answer.granted) await store.limits.settle(id, amounts, at(ms));
  return verdict(answer);
}

/** Windows that are no multiple of their length since the epoch. */
export const windowCases: readonly StoreCase[] = [
  [
    'the window of a calendar begins where it is said, and tells its own end',
    async (store) => {
      const january = monthOf(0, 31);
      equal(await spend(store, 'a', 900, january, 30 * DAY), 'granted', 'in January');
      const state = await stateOf(store, january, at(30 * DAY));
      equal(
        state,
        {
          scope: 'user:ann',
          limit: 'budget',
          counts: 'nanoUsd',
          used: 900,
          reserved: 0,
          max: 1_000,
          resetAt: HOUR + 31 * DAY,
        },
        'state',
      );
      equal(await spend(store, 'b', 101, january, 31 * DAY - 1), 'user:ann budget', 'beyond it');
      equal(await spend(store, 'c', 101, monthOf(31, 28), 31 * DAY), 'granted', 'in February');
      equal(await counted(store, monthOf(31, 28), at(31 * DAY)), '101/0', 'February counts anew');
    },
  ],
  [
    'what was reserved in one month and is settled in the next counts in the first',
    async (store) => {
      const [january, february] = [monthOf(0, 31), monthOf(31, 28)];
      const long = reservation('long', { nanoUsd: 600 }, [january], { expires: HOUR + 32 * DAY });
      await store.limits.admit(long, at(31 * DAY - 1));
      equal(await spend(store, 'b', 1_000, february, 31 * DAY), 'granted', 'February is whole');
      await store.limits.settle('long', { nanoUsd: 600 }, at(31 * DAY + 1));
      equal(await counted(store, february, at(31 * DAY + 1)), '1000/0', 'February');
    },
  ],
  [
    'what was left of the month before is carried over, up to the most that may be',
    async (store) => {
      await spend(store, 'a', 400, monthOf(0, 31), 0);
      const february = monthOf(31, 28, { rollover: { from: HOUR, most: 250 } });
      equal((await stateOf(store, february, at(31 * DAY)))?.max, 1_250, 'capped');
      const generous = monthOf(31, 28, { rollover: { from: HOUR, most: 5_000 } });
      equal((await stateOf(store, generous, at(31 * DAY)))?.max, 1_600, 'all that was left');
      equal(await spend(store, 'b', 1_600, generous, 31 * DAY), 'granted', 'the whole of it');
      equal(await spend(store, 'c', 1, generous, 31 * DAY), 'user:ann budget', 'and no more');
    },
  ],
  [
    'nothing is carried over from a month in which nothing was asked for, or from one before the last',
    async (store) => {
      const first = monthOf(31, 28, { rollover: { from: HOUR, most: 500 } });
      equal((await stateOf(store, first, at(31 * DAY)))?.max, 1_000, 'a new scope');
      const later = monthOf(90, 30, { rollover: { from: HOUR + 59 * DAY, most: 500 } });
      equal((await stateOf(store, later, at(90 * DAY)))?.max, 1_000, 'March was left out');
    },
  ],
  [
    'what is reserved still is not carried over',
    async (store) => {
      const open = reservation('open', { nanoUsd: 700 }, [monthOf(0, 31)], { expires: HOUR + 40 * DAY });
      await store.limits.admit(open, at(30 * DAY));
      const february = monthOf(31, 28, { rollover: { from: HOUR, most: 1_000 } });
      equal((await stateOf(store, february, at(31 * DAY)))?.max, 1_300, 'while it is open');
      await store.limits.settle('open', { nanoUsd: 100 }, at(31 * DAY));
      equal((await stateOf(store, february, at(31 * DAY)))?.max, 1_900, 'once it is settled');
    },
  ],
  [
    'in no stretch of a rolling window is more granted than its limit',
    async (store) => {
      equal(await spend(store, 'a', 6, rolling, 9_000), 'granted', 'first');
      equal(await spend(store, 'b', 4, rolling, 35_000), 'granted', 'second');
      equal(await spend(store, 'c', 1, rolling, 61_000), 'user:ann rolling', 'a fixed minute would begin anew');
      equal(
        await spend(store, 'd', 1, rolling, 69_999),
        'user:ann rolling',
        'the end of the first slice is not a minute old',
      );
      equal(await spend(store, 'e', 6, rolling, 70_000), 'granted', 'the first slice is out');
      equal(await counted(store, rolling, at(70_000)), '10/0', 'what counts');
    },
  ],
  [
    'a refusal of a rolling window tells when its oldest slice leaves it',
    async ({ limits }) => {
      await limits.admit(reservation('a', { requests: 10 }, [rolling]), at(5_000));
      const refused = await limits.admit(reservation('b', { requests: 1 }, [rolling]), at(30_000));
      equal(
        refused,
        { granted: false, scope: 'user:ann', limit: 'rolling', counts: 'requests', resetAt: HOUR + 70_000 },
        'refused',
      );
    },
  ],
  [
    'input and output tokens are counted apart where they are limited apart',
    async (store) => {
      const input: Limit = { id: 'in', counts: 'inputTokens', max: 100, window: MINUTE };
      const output: Limit = { id: 'out', counts: 'outputTokens', max: 50, window: MINUTE };
      const amounts = { tokens: 120, inputTokens: 100, outputTokens: 20 };
      equal(verdict(await store.limits.admit(reservation('a', amounts, [input, output]), at(0))), 'granted', 'both');
      equal(await counted(store, input, at(0)), '0/100', 'input');
      equal(await counted(store, output, at(0)), '0/20', 'output');
      const more = reservation('b', { inputTokens: 0, outputTokens: 31 }, [input, output]);
      equal(verdict(await store.limits.admit(more, at(0))), 'user:ann out', 'too long an answer');
    },
  ],
];
