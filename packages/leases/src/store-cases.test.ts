import { type Call, memoryStore, type Store } from '@postern/core';
import { manualClock, storeCases } from '@postern/core/testing';
import { describe, it } from 'vitest';
import { leasedStore } from './leased-store.ts';

describe('a store that leases', () => {
  it.each(storeCases(async () => leasedStore(memoryStore())))('$name', ({ run }) => run());
});

/** Takes slices from the second request on, which the cases would else be too few for. */
const EAGER = { minRequests: 1, share: 0.5, horizonMs: 60_000, ttlMs: 120_000, reportMs: 60_000 };

/** Brings the clock to each call, and lets what goes on behind it come to an end. */
function eagerStore(): Store {
  const clock = manualClock();
  const store = leasedStore(memoryStore(), { ...EAGER, clock });
  const { limits } = store;
  const reach = async <Answer>({ now }: Call, work: () => Promise<Answer>): Promise<Answer> => {
    await clock.advance(Math.max(0, now - clock.now()));
    const answer = await work();
    await clock.advance(0);
    return answer;
  };
  return {
    ...store,
    limits: {
      admit: (reservation, call) => reach(call, () => limits.admit(reservation, call)),
      extend: (id, by, expires, call) => reach(call, () => limits.extend(id, by, expires, call)),
      settle: (id, used, call) => reach(call, () => limits.settle(id, used, call)),
      open: (cursor, call) => reach(call, () => limits.open(cursor, call)),
    },
  };
}

/** What can't be so with slices. */
const OTHERWISE: Readonly<Record<string, string>> = {
  'limits: a soft limit refuses nothing, and its crossing is told once a window':
    'what a slice served is written to the store from time to time, and only then is it seen that a soft limit is crossed',
};

describe('a store that leases from the second request on', () => {
  const cases = storeCases(async () => eagerStore(), ['limits']);
  it.each(cases.filter(({ name }) => OTHERWISE[name] === undefined))('$name', ({ run }) => run());
  it.fails.each(cases.filter(({ name }) => OTHERWISE[name] !== undefined))('not: $name', ({ run }) => run());
});
