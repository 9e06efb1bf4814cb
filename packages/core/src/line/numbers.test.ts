import { describe, expect, it } from 'vitest';
import { memoryStore } from '../store/memory.ts';
import type { Store } from '../store/store.ts';
import { broken, Scene } from './routing-scene.type-test.ts';

const prices = {
  'a/*': { perMillionTokens: { input: '1', output: '10' } },
  'b/*': { perMillionTokens: { input: '1', output: '10' } },
  'c/*': { perMillionTokens: { input: '1', output: '100' } },
};

/** A gateway of which the first request that is planned waits until it is told to go on. */
function held(config: ConstructorParameters<typeof Scene>[0]): { readonly scene: Scene; readonly goOn: () => void } {
  let goOn = (): void => {};
  const gate = new Promise<undefined>((resolve) => {
    goOn = () => resolve(undefined);
  });
  let first = true;
  const onPlan = (): Promise<undefined> => {
    const waits = first;
    first = false;
    return waits ? gate : Promise.resolve(undefined);
  };
  return { scene: new Scene({ prices, breaker: { inARow: 1 }, hooks: { onPlan: [onPlan] }, ...config }), goOn };
}

describe('what an attempt reserves where it goes', () => {
  it('is given back when its deployment began to rest meanwhile, and the next attempt reserves where that goes', async () => {
    const { scene, goOn } = held({
      models: { m: { deployments: ['a/one', 'b/two'], strategy: 'priority', retries: 1 } },
      limits: [{ scope: 'deployment', counts: 'requests', max: 3, per: 'day' }],
    });
    scene.deeds = { a: broken };
    const waiting = scene.ask();
    expect((await scene.ask()).status).toBe(200);
    goOn();
    expect((await waiting).status).toBe(200);
    expect((await scene.ask()).status).toBe(200);
    expect((await scene.ask()).status).toBe(429);
    expect(scene.went.filter((one) => one === 'b/two')).toHaveLength(3);
  });

  it("and made of the request is not the next one's, also where that is picked because it came to no call", async () => {
    const { scene, goOn } = held({
      models: {
        m: {
          deployments: [
            { model: 'a/one', contextWindow: 8_000 },
            { model: 'b/two', contextWindow: 8_000 },
            { model: 'c/three', contextWindow: 30_000 },
          ],
          strategy: 'priority',
          retries: 1,
        },
      },
      limits: [
        { scope: 'caller', counts: 'usd', max: '1', per: 'day' },
        { scope: 'deployment:m#0', counts: 'outputTokens', max: 5_000, per: 'day' },
      ],
    });
    scene.deeds = { a: broken };
    const waiting = scene.ask();
    expect((await scene.ask()).status).toBe(200);
    scene.deeds = { b: broken };
    goOn();
    await waiting;
    expect(scene.went.filter((one) => one === 'b/two')).toHaveLength(2);
    // What is sent to the dear one is bound, or it is not sent: its longest answer costs three dollars.
    const dear = scene.upstream.calls.filter(({ request }) => request.origin.includes('//c.'));
    for (const { request } of dear)
      expect(JSON.parse(new TextDecoder().decode(request.body as Uint8Array))).toHaveProperty('max_tokens');
    expect(scene.ended).toHaveLength(2);
  });
});

describe('attempts that are made at once', () => {
  it('have ids of their own, whichever of them ends first', async () => {
    const memory = memoryStore();
    let scene: Scene | undefined;
    const admit: Store['limits']['admit'] = async (reservation, call) => {
      if (reservation.id.endsWith('.2')) await scene?.clock.sleep(500);
      return memory.limits.admit(reservation, call);
    };
    const limits = {
      admit,
      extend: memory.limits.extend.bind(memory.limits),
      settle: memory.limits.settle.bind(memory.limits),
      open: memory.limits.open.bind(memory.limits),
    };
    scene = new Scene({
      prices,
      breaker: false,
      models: {
        m: {
          deployments: ['a/one', 'b/two', 'c/three'],
          strategy: 'priority',
          retries: 4,
          hedge: { after: '800ms', extra: 1 },
        },
      },
      limits: [{ scope: 'deployment', counts: 'requests', max: 30, per: 'day' }],
      storage: { timeout: '30s' },
      store: { ...memory, shared: memory.shared.bind(memory), limits } as Store,
    });
    scene.deeds = { a: broken, b: broken };
    scene.delays = { a: 1_000 };
    expect((await scene.ask()).status).toBe(200);
    const ids = scene.ended[0]?.attempts.map(({ attempt }) => attempt) ?? [];
    expect(scene.ended[0]?.attempts.map(({ deployment }) => deployment)).toEqual(['m#0', 'm#1', 'm#2']);
    expect(new Set(ids).size).toBe(3);
  });
});

describe('a hook that leaves some deployments only', () => {
  it('is not gone past where these have no room', async () => {
    const scene = new Scene({
      models: { m: { deployments: ['a/one', 'b/two'], strategy: 'priority', retries: 0 } },
      hooks: { onPlan: [(names) => names.filter((name) => name.startsWith('a/'))] },
      limits: [{ scope: 'provider:a', counts: 'requests', max: 1, per: 'day' }],
    });
    expect((await scene.ask()).status).toBe(200);
    expect((await scene.ask()).status).toBe(429);
    expect(scene.went).toEqual(['a/one']);
  });
});

describe('hedges of deployments that cost nothing', () => {
  it('are counted by requests, so that there is an end of them', async () => {
    const scene = new Scene({
      prices: {
        'a/*': { perMillionTokens: { input: '0', output: '0' } },
        'b/*': { perMillionTokens: { input: '0', output: '0' } },
      },
      models: { m: { deployments: ['a/one', 'b/two'], strategy: 'priority', hedge: { after: '800ms', extra: 0.02 } } },
    });
    scene.delays = { a: 1_000 };
    for (let request = 0; request < 10; request++) await scene.ask();
    expect(scene.went.filter((one) => one === 'b/two')).toEqual([]);
  });
});
