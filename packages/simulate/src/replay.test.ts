import { createGateway, type DecisionRecord, type GatewayConfig } from '@postern/core';
import { Fleet, recordOf, routingOf, seeded, type Trace } from '@postern/core/routing';
import { describe, expect, it } from 'vitest';
import { type RoutingConfig, replay } from './index.ts';

const RECORDS = 100_000;

const config = (weight: number): RoutingConfig => ({
  providers: { acme: { baseUrl: 'https://acme.test/v1', format: 'openai-chat' } },
  models: {
    m: {
      deployments: [{ model: 'acme/a', weight }, 'acme/b', 'acme/c', { model: 'acme/d', order: 1 }],
      retries: 2,
      fallbacks: ['turns'],
    },
    turns: { deployments: ['acme/e', 'acme/f', 'acme/g'], strategy: 'round-robin' },
    lone: 'acme/h',
  },
});

/** Decisions over a fleet that has good and bad times, each as it would be written: as a line of JSON. */
function* decided(count: number, given: RoutingConfig): Generator<DecisionRecord, undefined> {
  const random = seeded(11);
  const fleet = new Fleet();
  const { policy, router } = routingOf(given);
  const { deployments, plan } = router(fleet);
  let now = 1_767_225_600_000;
  for (let index = 0; index < count; index++) {
    now += Math.floor(random() * 500);
    const model = ['m', 'turns', 'lone', 'm'][Math.floor(random() * 4)] ?? 'm';
    const question = {
      model,
      caller: `c${index % 50}`,
      tags: [],
      stream: random() < 0.5,
      input: 100,
      output: 0,
      now,
      seed: Math.floor(random() * 2 ** 32),
    };
    const trace: Trace = { dry: false, turns: new Map() };
    const candidates = ['m', 'turns', 'lone'].flatMap((name) => deployments(name));
    let attempts: ReturnType<typeof plan> = [];
    let refused: string | undefined;
    try {
      attempts = plan(question, undefined, trace);
    } catch (error) {
      refused = (error as { code: string }).code;
    }
    yield JSON.parse(JSON.stringify(recordOf(`r${index}`, policy, question, trace, candidates, attempts, refused)));
    const health = attempts[0]?.deployment.health;
    health?.begin(now);
    health?.spoke(random() * 900, now);
    health?.end(
      random() < 0.3 ? { kind: 'overloaded', message: '', ...(random() < 0.1 ? { retryAfter: 30 } : {}) } : undefined,
      false,
      random() * 5_000,
      100,
      50,
      now + 40,
    );
  }
}

describe('replay', () => {
  it(`decides each of ${RECORDS} records as it was decided, those of resting deployments and refusals included`, () => {
    let rested = 0;
    let refused = 0;
    function* counted() {
      for (const record of decided(RECORDS, config(2))) {
        if (Object.values(record.conditions).some((row) => row[record.fields.indexOf('tripped')] === true)) rested++;
        if (record.refused !== undefined) refused++;
        yield record;
      }
    }
    expect(replay(counted(), config(2))).toEqual({ records: RECORDS, same: RECORDS, otherPolicy: 0, different: [] });
    expect(rested).toBeGreaterThan(RECORDS / 100);
    expect(refused).toBeGreaterThan(0);
  }, 120_000);

  it('tells which decisions one changed weight would have changed, and that they were made under another policy', () => {
    const { different, otherPolicy, records, same } = replay(decided(2_000, config(2)), config(3));
    expect(otherPolicy).toBe(records);
    expect(same).toBeLessThan(records);
    expect(same).toBeGreaterThan(records / 2);
    expect(different[0]?.was).not.toEqual(different[0]?.is);
  });

  it('decides again what a gateway decided, without its keys', async () => {
    const live: GatewayConfig = {
      ...config(2),
      access: 'open',
      providers: { acme: { baseUrl: 'https://acme.test/v1', format: 'openai-chat', apiKey: 'k' } },
      log: { warn() {}, error() {} },
      platform: {
        dispatcher: {
          dispatch: async () => {
            throw new Error('nobody is there');
          },
          close: async () => {},
        },
      },
      timeouts: { total: '1s' },
    };
    const gateway = createGateway(live);
    const records: DecisionRecord[] = [];
    gateway.events.on('decision', (record) => records.push(JSON.parse(JSON.stringify(record))));
    for (let count = 0; count < 30; count++)
      await gateway.call(
        'openai-chat',
        { model: 'turns', messages: [{ role: 'user', content: 'x' }] },
        { caller: { id: 'a' } },
      );
    expect(records).toHaveLength(30);
    expect(replay(records, { ...config(2), timeouts: { total: '1s' } })).toMatchObject({ same: 30, otherPolicy: 0 });
  });
});
