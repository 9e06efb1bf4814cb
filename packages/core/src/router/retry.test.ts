import { describe, expect, it } from 'vitest';
import type { Fault, FaultKind } from '../chat/fault.ts';
import type { FaultPolicy } from '../config/fault-types.ts';
import type { Deployment } from './deployment.ts';
import { consequencesOf } from './faults.ts';
import { Health } from './health.ts';
import type { Alias, PlannedAttempt } from './plan.ts';
import { nextAttempt, type Rests } from './retry.ts';

const deployment = (id: string) => ({ id, health: new Health() }) as unknown as Deployment;
const a = deployment('a');
const b = deployment('b');
const plan = (...deployments: Deployment[]) =>
  deployments.map((deployment) => ({ deployment, reason: '' }) as PlannedAttempt);
const fault = (kind: FaultKind, more: Partial<Fault> = {}): Fault => ({ kind, message: '', ...more });

describe('nextAttempt', () => {
  it.each(['rejected', 'context-length', 'content-filter'] as const)(
    'gives a %s fault back at once: the request itself is at fault',
    (kind) => {
      expect(nextAttempt(plan(a, b), 0, fault(kind), new Map(), 0, () => 0)).toBeUndefined();
    },
  );

  it.each([
    'unavailable',
    'overloaded',
    'timeout',
    'invalid-response',
    'incomplete',
    'rate-limited',
    'quota',
    'credentials',
    'model-not-found',
  ] as const)('goes to another deployment at once after %s', (kind) => {
    expect(nextAttempt(plan(a, b), 0, fault(kind), new Map(), 0, () => 0)).toEqual({ index: 1, waitMs: 0 });
  });

  it('goes from a target that can not serve the request to one that may, whatever is to follow refused credentials', () => {
    const onFault = consequencesOf({ credentials: 'give-back' });
    const alias = { name: 'm', onFault, fallbacks: {} } as unknown as Alias;
    const both = plan(a, b).map((planned) => ({ ...planned, alias }));
    expect(nextAttempt(both, 0, fault('credentials'), new Map(), 0, () => 0)).toBeUndefined();
    expect(nextAttempt(both, 0, fault('credentials', { unfit: true }), new Map(), 0, () => 0)?.index).toBe(1);
  });

  it('asks a deployment again at once whose refused credentials were renewed', () => {
    const renewed = fault('credentials', { renewed: true, retryAfter: 0 });
    expect(nextAttempt(plan(a, a), 0, renewed, new Map(), 0, () => 0)).toEqual({ index: 1, waitMs: 0 });
    const final = fault('credentials', { renewed: true, retryAfter: 0, retryable: false });
    expect(nextAttempt(plan(a, a), 0, final, new Map(), 0, () => 0)).toBeUndefined();
  });

  it.each(['quota', 'credentials', 'model-not-found'] as const)(
    'never asks a deployment again that answered %s, not even later',
    (kind) => {
      const rests: Rests = new Map();
      expect(nextAttempt(plan(a, b, a), 0, fault(kind), rests, 0, () => 0)).toEqual({ index: 1, waitMs: 0 });
      expect(nextAttempt(plan(a, b, a), 1, fault('unavailable'), rests, 0, () => 0)).toBeUndefined();
    },
  );

  it('waits before it asks the same deployment again, longer each time, with jitter below the ceiling', () => {
    expect(nextAttempt(plan(a, a), 0, fault('unavailable'), new Map(), 0, () => 0)).toEqual({ index: 1, waitMs: 125 });
    expect(nextAttempt(plan(a, a), 0, fault('unavailable'), new Map(), 0, () => 1)).toEqual({ index: 1, waitMs: 250 });
  });

  it('waits twice as long after each failure of the same deployment, also when others were asked in between', () => {
    const rests: Rests = new Map();
    const most = () => 1;
    const ways = plan(a, b, a, a, b);
    expect(nextAttempt(ways, 0, fault('unavailable'), rests, 0, most)).toEqual({ index: 1, waitMs: 0 });
    expect(nextAttempt(ways, 1, fault('unavailable'), rests, 0, most)).toEqual({ index: 2, waitMs: 250 });
    expect(nextAttempt(ways, 2, fault('unavailable'), rests, 250, most)).toEqual({ index: 3, waitMs: 500 });
  });

  it('comes back after Retry-After not at the same moment as all others', () => {
    const busy = fault('rate-limited', { retryAfter: 3 });
    expect(nextAttempt(plan(a, a), 0, busy, new Map(), 0, () => 1)).toEqual({ index: 1, waitMs: 3_600 });
  });

  it('waits as long as Retry-After says', () => {
    expect(nextAttempt(plan(a, a), 0, fault('rate-limited', { retryAfter: 3 }), new Map(), 0, () => 0)).toEqual({
      index: 1,
      waitMs: 3000,
    });
  });

  it('gives a long Retry-After to the client, unless another deployment can answer', () => {
    const slow = fault('rate-limited', { retryAfter: 60 });
    expect(nextAttempt(plan(a, a), 0, slow, new Map(), 0, () => 0)).toBeUndefined();
    expect(nextAttempt(plan(a, a, b), 0, slow, new Map(), 0, () => 0)).toEqual({ index: 2, waitMs: 0 });
  });

  it('keeps to a Retry-After also when others were asked in between', () => {
    const rests: Rests = new Map();
    expect(nextAttempt(plan(a, b, a), 0, fault('rate-limited', { retryAfter: 60 }), rests, 0, () => 0)).toEqual({
      index: 1,
      waitMs: 0,
    });
    expect(nextAttempt(plan(a, b, a), 1, fault('unavailable'), rests, 1000, () => 0)).toBeUndefined();
    expect(nextAttempt(plan(a, b, a), 1, fault('unavailable'), rests, 55_000, () => 0)).toEqual({
      index: 2,
      waitMs: 5000,
    });
  });

  it('believes a fault that says it can not pass', () => {
    expect(
      nextAttempt(plan(a, a), 0, fault('unavailable', { retryable: false }), new Map(), 0, () => 0),
    ).toBeUndefined();
  });

  it('passes over a deployment that rests by now, unless its rest is over when it would be asked', () => {
    const resting = deployment('resting');
    resting.health.rest(5_000);
    const failed = fault('unavailable');
    expect(nextAttempt(plan(a, resting, b), 0, failed, new Map(), 0, () => 0)).toEqual({ index: 2, waitMs: 0 });
    expect(nextAttempt(plan(a, resting), 0, failed, new Map(), 0, () => 0)).toBeUndefined();
    expect(nextAttempt(plan(a, resting), 0, failed, new Map(), 5_000, () => 0)).toEqual({ index: 1, waitMs: 0 });
  });

  describe('by the policies of an alias', () => {
    const alias = (name: string, policies: Parameters<typeof consequencesOf>[0] = {}) =>
      ({ name, onFault: consequencesOf(policies), fallbacks: {} }) as unknown as Alias;
    const planOf = (...attempts: [Alias, Deployment][]): PlannedAttempt[] =>
      attempts.map(([of, at]) => ({ alias: of, deployment: at, reason: '' }));
    const fallback = (main: Alias, spare: Alias): PlannedAttempt => ({
      alias: spare,
      deployment: deployment('spare'),
      reason: '',
      fallback: { alias: spare, of: main, on: 'any', after: undefined },
    });
    const after = (policy: FaultPolicy, kind: FaultKind = 'timeout') => {
      const main = alias('main', { [kind]: policy });
      const plan = [...planOf([main, a], [main, a], [main, b]), fallback(main, alias('spare'))];
      const next = (...at: number[]) =>
        nextAttempt(
          plan.filter((_, i) => at.includes(i)),
          0,
          fault(kind),
          new Map(),
          0,
          () => 0,
        );
      return [next(0, 1), next(0, 2), next(0, 3)].map((found) => found !== undefined);
    };

    it.each([
      ['same', [true, true, true]],
      ['next', [false, true, true]],
      ['fall-back', [false, false, true]],
      ['give-back', [false, false, false]],
    ] as const)('%s: may the same deployment, another one, a fallback be asked?', (policy, may) => {
      expect(after(policy)).toEqual(may);
      expect(after(policy, 'context-length')).toEqual(may);
    });

    it('leaves the kinds alone that are not named', () => {
      const main = alias('main', { timeout: 'give-back' });
      expect(nextAttempt(planOf([main, a], [main, b]), 0, fault('overloaded'), new Map(), 0, () => 0)?.index).toBe(1);
    });

    it('gives a fault back although credentials were renewed, when that is the policy', () => {
      const main = alias('main', { credentials: 'give-back' });
      const renewed = fault('credentials', { renewed: true, retryAfter: 0 });
      expect(nextAttempt(planOf([main, a], [main, a]), 0, renewed, new Map(), 0, () => 0)).toBeUndefined();
    });
  });
});
