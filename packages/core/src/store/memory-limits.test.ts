import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HOUR } from '../testing/store-setting.ts';
import { MemoryLimits } from './memory-limits.ts';
import type { Amounts, Call, Granted, Limit, LimitState, Refused } from './store.ts';

/** Few scopes, small limits and short windows, so that random requests get in each other's way all the time. */
const SCOPES = ['key', 'user', 'team'];
const LIMITS: readonly Limit[] = [
  { id: 'requests', counts: 'requests', max: 5, window: 60_000 },
  { id: 'tokens', counts: 'tokens', max: 100, window: 60_000 },
  { id: 'daily', counts: 'tokens', max: 400, window: 86_400_000 },
  { id: 'at-once', counts: 'concurrency', max: 3, window: 0 },
];

type Action =
  | {
      readonly do: 'admit';
      readonly scopes: readonly string[];
      readonly amounts: Amounts;
      readonly ttl: number;
      readonly onExpiry: 'spend' | 'release' | 'doubt';
    }
  | { readonly do: 'extend'; readonly which: number; readonly by: Amounts; readonly ttl: number }
  | { readonly do: 'settle'; readonly which: number; readonly share: number }
  | { readonly do: 'wait'; readonly ms: number };

const amounts = fc.record({ requests: fc.nat(2), tokens: fc.nat(60), concurrency: fc.nat(1) });
const ttl = fc.integer({ min: 1, max: 150_000 });
const which = fc.nat(30);
const action: fc.Arbitrary<Action> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('admit' as const),
      scopes: fc.subarray(SCOPES, { minLength: 1 }),
      amounts,
      ttl,
      onExpiry: fc.constantFrom('spend' as const, 'release' as const, 'doubt' as const),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('extend' as const), which, by: amounts, ttl }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('settle' as const),
      which,
      share: fc.double({ min: 0, max: 1, noNaN: true }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.nat(50_000) }) },
);

/** Plays actions and remembers what was reserved, as a caller does. */
class Player {
  readonly limits = new MemoryLimits(1_000);
  now = HOUR;
  readonly reserved: Amounts[] = [];
  #looks = 0;

  get call(): Call {
    return { now: this.now, deadline: this.now };
  }

  async play(action: Action): Promise<Granted | Refused | undefined> {
    if (action.do === 'wait') {
      this.now += action.ms;
      return undefined;
    }
    if (action.do === 'admit') {
      const { onExpiry } = action;
      const scopes = action.scopes.map((scope) => ({ scope, limits: LIMITS }));
      this.reserved.push(action.amounts);
      return this.limits.admit(
        {
          id: `r${this.reserved.length - 1}`,
          scopes,
          amounts: action.amounts,
          expires: this.now + action.ttl,
          onExpiry,
        },
        this.call,
      );
    }
    const before = this.reserved[action.which];
    if (before === undefined) return undefined;
    if (action.do === 'settle') return this.limits.settle(`r${action.which}`, shareOf(before, action.share), this.call);
    const answer = await this.limits.extend(`r${action.which}`, action.by, this.now + action.ttl, this.call);
    if (answer.granted) this.reserved[action.which] = sum(before, action.by);
    return answer;
  }

  /** All counters, as a reservation of nothing sees them. */
  async states(): Promise<readonly LimitState[]> {
    this.#looks += 1;
    const scopes = SCOPES.map((scope) => ({ scope, limits: LIMITS }));
    const id = `look${this.#looks}`;
    const answer = await this.limits.admit(
      { id, scopes, amounts: {}, expires: this.now + 1, onExpiry: 'release' },
      this.call,
    );
    await this.limits.settle(id, {}, this.call);
    if (!answer.granted) throw new Error('A look was refused.');
    return answer.scopes;
  }
}

const NAMES = ['requests', 'tokens', 'concurrency'] as const;
const sum = (left: Amounts, right: Amounts): Amounts =>
  Object.fromEntries(NAMES.map((name) => [name, (left[name] ?? 0) + (right[name] ?? 0)]));
const shareOf = (of: Amounts, share: number): Amounts =>
  Object.fromEntries(NAMES.map((name) => [name, Math.floor((of[name] ?? 0) * share)]));
const limitOf = (state: LimitState): Limit => LIMITS.find((limit) => limit.id === state.limit) ?? LIMITS[0]!;

describe('limits under any sequence of actions', () => {
  it('are never passed by used + reserved, which are never negative', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(action, { maxLength: 60 }), async (actions) => {
        const player = new Player();
        for (const next of actions) {
          await player.play(next);
          for (const state of await player.states()) {
            expect(state.used + state.reserved).toBeLessThanOrEqual(limitOf(state).max);
            expect(Math.min(state.used, state.reserved)).toBeGreaterThanOrEqual(0);
          }
        }
      }),
      { numRuns: 300 },
    );
  });

  it('refuse only what would pass them and then change nothing; grant exactly what was asked for', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(action, { maxLength: 60 }), async (actions) => {
        const player = new Player();
        for (const next of actions) {
          const before = await player.states();
          const answer = await player.play(next);
          if (next.do !== 'admit' || answer === undefined) continue;
          const asked = (state: LimitState): number =>
            next.scopes.includes(state.scope) ? (next.amounts[limitOf(state).counts] ?? 0) : 0;
          const passes = before.filter(
            (state) => asked(state) > 0 && state.used + state.reserved + asked(state) > limitOf(state).max,
          );
          expect(answer.granted).toBe(passes.length === 0);
          const expected = answer.granted
            ? before.map((state) => ({ ...state, reserved: state.reserved + asked(state) }))
            : before;
          expect(await player.states()).toEqual(expected);
          if (!answer.granted)
            expect(passes.map(({ scope, limit }) => `${scope} ${limit}`)).toContain(`${answer.scope} ${answer.limit}`);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('hold nothing any more once everything was settled or expired', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(action, { maxLength: 60 }), async (actions) => {
        const player = new Player();
        for (const next of actions) await player.play(next);
        for (let index = 0; index < player.reserved.length; index++)
          await player.limits.settle(`r${index}`, {}, player.call);
        expect((await player.states()).filter((state) => state.reserved !== 0)).toEqual([]);
        expect((await player.limits.open(undefined, player.call)).items).toEqual([]);
      }),
      { numRuns: 200 },
    );
  });

  it('count the first settlement of a reservation and no other, in any order of settlements', async () => {
    const settlement = fc.record({ which: fc.nat(4), tokens: fc.nat(20) });
    await fc.assert(
      fc.asyncProperty(fc.array(settlement, { maxLength: 30 }), async (settlements) => {
        const all = new Player();
        const first = new Player();
        for (const player of [all, first]) {
          for (let index = 0; index < 5; index++) {
            await player.play({
              do: 'admit',
              scopes: SCOPES,
              amounts: { requests: 1, tokens: 20 },
              ttl: 100_000,
              onExpiry: 'release',
            });
          }
        }
        for (const { which, tokens } of settlements) await all.limits.settle(`r${which}`, { tokens }, all.call);
        const firsts = settlements.filter(
          ({ which }, index) => settlements.findIndex((other) => other.which === which) === index,
        );
        for (const { which, tokens } of firsts.reverse())
          await first.limits.settle(`r${which}`, { tokens }, first.call);
        expect(await all.states()).toEqual(await first.states());
      }),
    );
  });
});
