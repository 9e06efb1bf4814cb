import { describe, expect, it } from 'vitest';
import type { GatewayConfig } from '../config/types.ts';
import { Fleet } from '../router/fleet.ts';
import { memoryStore } from '../store/memory.ts';
import type { SharedMap, Store } from '../store/store.ts';
import { manualClock } from '../testing/index.ts';
import type { Chunk } from '../transport/gateway-request.ts';
import { limited, openai, othersTurn, until } from './limited.type-test.ts';
import { broken, Scene } from './routing-scene.type-test.ts';
import { SharedRests } from './shared-rests.ts';

const TWO: Partial<GatewayConfig> = {
  models: { m: { deployments: ['openai-chat/one', 'openai-chat/two'], strategy: 'priority', retries: 1 } },
};
const settled = async (): Promise<void> => {
  for (let turn = 0; turn < 5; turn++) await othersTurn();
};

describe('a stream whose time is up', () => {
  const begun = async () => {
    const scene = limited([], { timeouts: { total: '20s' } });
    const asked = scene.ask({ stream: true });
    (await scene.upstream.next()).stream().write(openai.piece(40));
    const chunks = ((await asked.reply).body as AsyncIterable<Chunk>)[Symbol.asyncIterator]();
    await chunks.next();
    return { ...scene, chunks };
  };

  it('is no fault of its provider while its client has not asked for more', async () => {
    const { clock, ended } = await begun();
    await clock.advance(20_000);
    expect(ended).toMatchObject([{ outcome: 'fault', attempts: [{ outcome: 'cancelled' }] }]);
    expect(ended[0]?.attempts[0]).not.toHaveProperty('faultKind');
  });

  it('is one while the client waits', async () => {
    const { chunks, clock, ended } = await begun();
    void chunks.next().catch(() => {});
    await clock.advance(20_000);
    expect(ended).toMatchObject([{ attempts: [{ outcome: 'fault', faultKind: 'timeout' }] }]);
  });
});

describe('a deployment that hangs', () => {
  const models = async (ms: number, stream: boolean) => {
    const scene = limited([], TWO);
    for (let request = 0; request < 6; request++) {
      const asked = scene.ask({ stream });
      await scene.upstream.next();
      await scene.clock.advance(ms);
      asked.leave();
      await settled();
    }
    return scene.upstream.calls.map(
      ({ request }) => (JSON.parse(new TextDecoder().decode(request.body as Uint8Array)) as { model: string }).model,
    );
  };

  it.each([true, false])('is found out though its clients leave before its timers (stream: %s)', async (stream) => {
    expect(await models(30_000, stream)).toEqual(['one', 'one', 'one', 'one', 'one', 'two']);
  });

  it('is not found out by clients that leave soon', async () => {
    expect(new Set(await models(9_000, true))).toEqual(new Set(['one']));
  });
});

describe('an attempt', () => {
  const retries = { strategy: 'priority', retries: 3, retry: { budget: 0 } } as const;

  it('is not bound by what the limits of another one made of the request', async () => {
    const scene = new Scene({
      models: { m: { deployments: ['a/one', 'b/two'], strategy: 'priority', retries: 1 } },
      limits: [{ scope: 'provider:a', counts: 'outputTokens', max: 10_000 }],
    });
    scene.deeds = { a: broken };
    await scene.ask();
    const bounds = scene.upstream.calls.map(
      ({ request }) => JSON.parse(new TextDecoder().decode(request.body as Uint8Array)) as Record<string, unknown>,
    );
    expect(bounds.map((body) => body['max_tokens'] ?? body['max_completion_tokens'])).toEqual([4096, undefined]);
  });

  it('that calls nobody takes nothing from the budget for further ones', async () => {
    const scene = new Scene({
      breaker: false,
      models: { m: { deployments: ['a/one', 'b/two', 'c/three', 'd/four'], ...retries } },
      limits: ['b', 'c'].map((id) => ({ scope: `provider:${id}` as const, counts: 'requests', max: 0 })),
    });
    scene.deeds = { a: broken };
    for (let request = 0; request < 10; request++) expect((await scene.ask()).status).toBe(200);
    expect(scene.went.filter((place) => place === 'd/four')).toHaveLength(10);
  });

  it('behind a split, and behind one that rests, is taken from the budget of the alias that was asked for', async () => {
    const one = (place: string, budget: number, more: object) => ({
      deployments: [place],
      retries: 0,
      retry: { budget },
      ...more,
    });
    const scene = new Scene({
      models: {
        m: one('a/one', 1, { split: { to: [{ model: 'n', percent: 100 }] } }),
        n: one('b/two', 0, {}),
      },
      breaker: false,
    });
    scene.deeds = { b: broken };
    for (let request = 0; request < 20; request++) expect((await scene.ask()).status).toBe(200);
  });

  it('of a deployment that is tried is made by one request, however many planned it before one of them called', async () => {
    const scene = new Scene({
      models: { m: { deployments: ['a/one', 'b/two'], strategy: 'priority', retries: 1 } },
      hooks: { onPlan: [() => new Promise<undefined>((resolve) => setImmediate(() => resolve(undefined)))] },
    });
    scene.deeds = { a: broken };
    for (let request = 0; request < 5; request++) await scene.ask();
    await scene.clock.advance(5_000);
    const before = scene.went.length;
    scene.deeds = {};
    await Promise.all(Array.from({ length: 10 }, () => scene.ask()));
    expect(scene.went.slice(before).filter((place) => place === 'a/one')).toHaveLength(1);
  });
});

describe('another deployment in the place of one that rests', () => {
  it('does not rest for it', async () => {
    const scene = new Scene({ models: { m: { deployments: ['a/one', 'b/two'], strategy: 'priority', retries: 1 } } });
    scene.deeds = { a: broken };
    for (let request = 0; request < 5; request++) await scene.ask();
    const before = scene.went.length;
    const up = (id: string) =>
      ({ format: 'openai-chat', baseUrl: `https://${id}.test/v1`, auth: 'bearer', apiKey: `key-of-${id}` }) as const;
    scene.gateway.reload({
      providers: { b: up('b'), c: up('c') },
      models: { m: { deployments: ['c/one', 'b/two'], strategy: 'priority', retries: 1 } },
    });
    await scene.ask();
    expect(scene.went.slice(before)).toEqual(['c/one']);
  });
});

const explicitly = (shared: SharedMap): SharedMap => ({
  get: (...how) => shared.get(...how),
  add: (...how) => shared.add(...how),
  replace: (...how) => shared.replace(...how),
  delete: (...how) => shared.delete(...how),
});

describe('what processes that share a store tell each other', () => {
  function process(shared: SharedMap, clock = manualClock()) {
    const fleet = new Fleet();
    const rests = new SharedRests({ shared: () => shared } as unknown as Store, fleet, clock, 1_000);
    return { clock, rests, health: fleet.of('m#0'), fleet };
  }

  it('is heard when one is back, however long it rested', async () => {
    const clock = manualClock();
    const shared = memoryStore().shared('rests', 1);
    const [one, other] = [process(shared, clock), process(shared, clock)];
    one.health.rest(clock.now() + 60_000, clock.now());
    await settled();
    for (let look = 0; look < 3; look++) {
      other.rests.look();
      await settled();
      await clock.advance(1_000);
    }
    expect(other.health.restsUntil).toBe(one.health.restsUntil);
    one.health.begin(clock.now());
    one.health.end(undefined, false, 0, 0, 0, clock.now());
    await settled();
    await clock.advance(1_000);
    other.rests.look();
    await settled();
    expect(other.health.restsUntil).toBe(0);
  });

  it('is told when the store is there again, and once a second at most', async () => {
    const shared = memoryStore().shared('rests', 1);
    let away = true;
    let asked = 0;
    const get: SharedMap['get'] = (key, call) => {
      asked++;
      return away ? Promise.reject(new Error('away')) : shared.get(key, call);
    };
    const { clock, health, rests } = process({ ...explicitly(shared), get });
    for (let ms = 0; ms < 10; ms++) {
      health.rest(clock.now() + 60_000, clock.now());
      await settled();
      await clock.advance(10);
    }
    expect(asked).toBe(1);
    away = false;
    await clock.advance(1_000);
    rests.look();
    await settled();
    await clock.advance(1_000);
    await settled();
    const other = process(shared, clock);
    other.rests.look();
    await until(() => other.health.restsUntil === health.restsUntil);
  });
});
