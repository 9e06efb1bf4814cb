import { describe, expect, it } from 'vitest';
import { policyHash } from '../config/policy-hash.ts';
import { settingsOf } from '../config/settings.ts';
import type { Declarative } from '../config/types.ts';
import type { Condition } from '../router/condition.ts';
import { conditionOf, conditionRow, type DecisionRecord, newTrace, recordOf, scoresOf } from '../router/decision.ts';
import type { Deployment } from '../router/deployment.ts';
import type { PlannedAttempt } from '../router/plan.ts';
import type { Question } from '../router/question.ts';
import type { Strategy } from '../router/strategies/strategy.ts';

/** Numbers as long as they get, and every member known. */
const LONGEST: Condition = {
  open: 12_345,
  firstToken: 12_345.678901234567,
  perToken: 123.45678901234567,
  calls: 123_456,
  tokens: 1_234_567_890,
  failing: 0.12345678901234568,
  tripped: true,
  restsUntil: 1_767_225_600_123,
  probing: true,
  probedAt: 1_767_225_600_123,
  fault: 'invalid-response',
  firstTokenAt: 1_767_225_600_123,
  perTokenAt: 1_767_225_600_123,
  minute: 29_453_760,
  p95: 123_456,
  p95Whole: 123_456,
  limit: 1_000_000,
  waiting: 1_000_000,
};
const question: Question = {
  model: 'an-alias-of-thirty-two-characters',
  caller: 'key_0123456789abcdef0123456789abcdef',
  tags: ['team-a', 'production', 'eu'],
  stream: true,
  input: 123_456,
  output: 123_456,
  now: 1_767_225_600_123,
  seed: 4_294_967_295,
};
const fleet = Array.from(
  { length: 10 },
  (_, index) => ({ id: `${question.model}#${index}`, health: LONGEST }) as unknown as Deployment,
);

const written = (): DecisionRecord =>
  recordOf(
    'req_0123456789abcdef0123456789abcdef',
    '0123456789abcdef',
    question,
    { ...newTrace(false), turns: new Map([[question.model, 123_456_789]]) },
    fleet,
    fleet.slice(0, 6).map((deployment) => ({ deployment, reason: 'fallback another-alias' })) as never,
    undefined,
  );

describe('a decision record', () => {
  it('takes at most 4 kB with ten deployments, whatever is known of them', () => {
    expect(JSON.stringify(written()).length).toBeLessThanOrEqual(4_096);
  });

  it('holds every number of a condition exactly, through JSON', () => {
    const record = JSON.parse(JSON.stringify(written())) as DecisionRecord;
    const rows = Object.values(record.conditions);
    expect(rows.map((row) => conditionOf(record.fields, row))).toEqual(rows.map(() => LONGEST));
  });

  it('says nothing of a deployment that nothing is known of', () => {
    const nothing = conditionOf([], []);
    expect(conditionRow(nothing)).toEqual([]);
    expect(conditionOf(['open', 'fault'], JSON.parse(JSON.stringify(conditionRow({ ...nothing, open: 3 }))))).toEqual({
      ...nothing,
      open: 3,
    });
  });
});

describe('scoresOf', () => {
  it('tells what a strategy that goes by numbers made of every deployment, and nothing of one that does not', () => {
    const places = [3, 1].map((open, at) => ({ id: `m#${at}`, health: { ...LONGEST, open } }) as unknown as Deployment);
    const busy: Strategy['scores'] = ({ deployments }, _, scores) => {
      for (const [at, { health }] of deployments.entries()) scores[at] = health.open;
    };
    const plan = (scores: Strategy['scores']) =>
      [{ alias: { deployments: places, strategy: { scores } }, deployment: places[1] }] as unknown as PlannedAttempt[];
    expect([...scoresOf(plan(busy), question)]).toEqual([
      ['m#0', 3],
      ['m#1', 1],
    ]);
    expect(scoresOf(plan(undefined), question).size).toBe(0);
  });
});

describe('policyHash', () => {
  const hashOf = (more: Partial<Declarative>, policies: readonly (readonly [string, object])[] = []) =>
    policyHash(
      settingsOf({ models: { m: { deployments: ['a/one', 'b/two'] } }, ...more }, {
        policies: new Map(policies),
      } as never),
    );

  it('changes with what decides, and not with what does not', () => {
    expect(hashOf({})).toBe(hashOf({ strict: true }));
    expect(hashOf({ models: { m: { deployments: ['a/one', { model: 'b/two', weight: 2 }] } } })).not.toBe(hashOf({}));
    expect(hashOf({ maxAttempts: 3 })).not.toBe(hashOf({}));
    expect(hashOf({ fallbackDepth: 1 })).not.toBe(hashOf({}));
    expect(hashOf({ prices: { 'a/one': { perMillionTokens: { input: '1' } } } })).not.toBe(hashOf({}));
    const by = (minTier: number) => hashOf({}, [['auto', { among: ['m'], settings: { minTier } }]]);
    expect(new Set([hashOf({}), by(1), by(2)]).size).toBe(3);
  });

  it('says nothing of keys', () => {
    const withKey = (apiKey: string) => hashOf({ models: { m: { deployments: [{ model: 'a/one', apiKey }] } } });
    expect(withKey('one')).toBe(withKey('another'));
  });
});
