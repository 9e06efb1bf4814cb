import { createGateway, type DecisionRecord, type GatewayConfig } from '@postern/core';
import { Fleet, newTrace, recordOf, routingOf, seeded } from '@postern/core/routing';
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
    const trace = newTrace(false);
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

  it('knows how far a gray release was, though that began when the configuration was loaded', () => {
    const released: RoutingConfig = {
      providers: config(1).providers ?? {},
      models: { m: { deployments: ['acme/old'], split: { to: 'n', from: 1, until: 100, over: '1h' } }, n: 'acme/new' },
    };
    const { policy, router } = routingOf(released);
    const { deployments, plan } = router(new Fleet());
    const half = 1_800_000;
    const records = Array.from({ length: 200 }, (_, seed) => {
      const question = {
        model: 'm',
        caller: `c${seed}`,
        tags: [],
        stream: false,
        input: 1,
        output: 1,
        now: half,
        seed,
      };
      const trace = newTrace(false);
      const candidates = ['m', 'n'].flatMap((name) => deployments(name));
      return recordOf(String(seed), policy, question, trace, candidates, plan(question, undefined, trace), undefined);
    });
    const fresh = records.filter((record) => record.plan[0]?.[0] === 'n#0').length;
    expect(fresh).toBeGreaterThan(60);
    expect(fresh).toBeLessThan(140);
    // Whoever replays them may load the configuration at any time: here it is as if the release were over.
    const later: RoutingConfig = {
      ...released,
      models: {
        ...released.models,
        m: { deployments: ['acme/old'], split: { to: 'n', from: 99, until: 100, over: '1h' } },
      },
    };
    expect(replay(records, later)).toMatchObject({ same: 200, otherPolicy: 200 });
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
