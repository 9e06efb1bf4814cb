import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Cancellation, type CancelSignal } from '../kit/cancel.ts';
import { type ManualClock, manualClock } from '../testing/manual-clock.ts';
import { cachedToken, type Token } from './cached-token.ts';

const HOUR = 3_600_000;

/** A token endpoint under the test's hand: every fetch waits until it is answered. */
function endpoint(clock: ManualClock) {
  const fetches: { signal: CancelSignal; give(value: string, life?: number): void; fail(error: unknown): void }[] = [];
  const cache = cachedToken(
    (signal) =>
      new Promise<Token>((resolve, reject) => {
        fetches.push({
          signal,
          give: (value, life = HOUR) => resolve({ value, expires: clock.now() + life }),
          fail: reject,
        });
      }),
    clock,
  );
  return { fetches, cache };
}

const othersTurn = () => new Promise((resolve) => setImmediate(resolve));

describe('a cached token', () => {
  it('is fetched once for all that ask while it is on its way, and then given at once', async () => {
    const { fetches, cache } = endpoint(manualClock());
    const asked = [cache.get(), cache.get(), cache.get()];
    expect(fetches).toHaveLength(1);
    fetches[0]!.give('one');
    expect(await Promise.all(asked)).toEqual(['one', 'one', 'one']);
    expect(cache.get()).toBe('one');
    expect(fetches).toHaveLength(1);
  });

  it('is renewed before its end while the old one is still given', async () => {
    const clock = manualClock();
    const { fetches, cache } = endpoint(clock);
    const first = cache.get();
    fetches[0]!.give('one');
    await first;
    await clock.advance(HOUR - 301_000);
    expect(cache.get()).toBe('one');
    expect(fetches).toHaveLength(1);
    await clock.advance(1_000);
    expect([cache.get(), cache.get()]).toEqual(['one', 'one']);
    expect(fetches).toHaveLength(2);
    fetches[1]!.give('two');
    await othersTurn();
    expect(cache.get()).toBe('two');
  });

  it('outlives a renewal that fails, which is tried again only after a while', async () => {
    const clock = manualClock();
    const { fetches, cache } = endpoint(clock);
    const first = cache.get();
    fetches[0]!.give('one');
    await first;
    await clock.advance(HOUR - 300_000);
    expect(cache.get()).toBe('one');
    fetches[1]!.fail(new Error('down'));
    await othersTurn();
    await clock.advance(29_000);
    expect(cache.get()).toBe('one');
    expect(fetches).toHaveLength(2);
    await clock.advance(2_000);
    expect(cache.get()).toBe('one');
    expect(fetches).toHaveLength(3);
  });

  it('keeps no failure: the next request fetches again', async () => {
    const { fetches, cache } = endpoint(manualClock());
    const failed = [cache.get(), cache.get()];
    fetches[0]!.fail(new Error('no such client'));
    for (const each of failed) await expect(each).rejects.toThrow('no such client');
    const next = cache.get();
    expect(fetches).toHaveLength(2);
    fetches[1]!.give('one');
    expect(await next).toBe('one');
  });

  it('is dropped once by however many calls it was refused to', async () => {
    const clock = manualClock();
    const { fetches, cache } = endpoint(clock);
    const first = cache.get();
    fetches[0]!.give('one');
    await first;
    expect([cache.drop('one'), cache.drop('one')]).toEqual([true, true]);
    const second = cache.get();
    expect(fetches).toHaveLength(2);
    fetches[1]!.give('two');
    expect(await second).toBe('two');
    expect(cache.drop('one')).toBe(true);
    expect(cache.get()).toBe('two');
  });

  it('that replaced a refused one and is refused too stays, until some time has gone by', async () => {
    const clock = manualClock();
    const { fetches, cache } = endpoint(clock);
    const first = cache.get();
    fetches[0]!.give('one');
    await first;
    cache.drop('one');
    const second = cache.get();
    fetches[1]!.give('two');
    await second;
    expect(cache.drop('two')).toBe(false);
    expect(cache.get()).toBe('two');
    await clock.advance(30_000);
    expect(cache.drop('two')).toBe(true);
  });

  it('does not wait for one that gives up, and is fetched for the others all the same', async () => {
    const { fetches, cache } = endpoint(manualClock());
    const gone = new Cancellation();
    const [one, other] = [cache.get(gone), cache.get()];
    gone.abort(new Error('client gone'));
    await expect(one).rejects.toThrow('client gone');
    expect(fetches[0]!.signal.aborted).toBe(false);
    fetches[0]!.give('one');
    expect(await other).toBe('one');
  });

  it('gives a fetch up that takes too long, and fetches anew for who comes later', async () => {
    const clock = manualClock();
    const { fetches, cache } = endpoint(clock);
    const asked = cache.get();
    const refused = expect(asked).rejects.toThrow('did not answer in time');
    await clock.advance(30_000);
    await refused;
    expect(fetches[0]!.signal.aborted).toBe(true);
    const next = cache.get();
    fetches[1]!.give('two');
    expect(await next).toBe('two');
    expect(clock.pending).toBe(0);
  });

  it('is never given after its end, nor fetched twice at a time, whatever its life and the times of asking', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ wait: fc.nat(2 * HOUR), life: fc.integer({ min: 1, max: HOUR }) }), { maxLength: 20 }),
        async (steps) => {
          const clock = manualClock();
          const ends = new Map<string, number>();
          let life = HOUR;
          let under = 0;
          const cache = cachedToken(async () => {
            expect(++under).toBe(1);
            await Promise.resolve();
            under--;
            const token = { value: `token ${ends.size}`, expires: clock.now() + life };
            ends.set(token.value, token.expires);
            return token;
          }, clock);
          for (const step of steps) {
            life = step.life;
            await clock.advance(step.wait);
            const given = await Promise.all([cache.get(), cache.get()]);
            for (const value of given) expect(ends.get(value)).toBeGreaterThan(clock.now());
          }
        },
      ),
    );
  });
});
