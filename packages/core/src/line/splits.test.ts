import { describe, expect, it } from 'vitest';
import type { GatewayConfig } from '../config/types.ts';
import { seeded } from '../kit/seeded.ts';
import type { GatewayEvents } from './events.ts';
import { broken, type Deed, fine, providers, Scene, tooLong } from './routing-scene.type-test.ts';

const models = (split: object): Partial<GatewayConfig> =>
  ({
    models: { m: { deployments: ['a/one'], retries: 0, split }, n: { deployments: ['b/two'], retries: 0 } },
  }) as Partial<GatewayConfig>;
const share = (went: readonly string[], of: string): number => went.filter((one) => one === of).length / went.length;
/** Callers from `ann-0` on, one request each. */
async function askAll(scene: Scene, count: number, first = 0): Promise<void> {
  for (let index = first; index < first + count; index++) await scene.ask({}, {}, { id: `ann-${index}` });
}

describe('a split', () => {
  it('gives each alias its percentage, by request', async () => {
    const scene = new Scene(models({ to: [{ model: 'n', percent: 25 }] }), seeded(1));
    for (let request = 0; request < 800; request++) await scene.ask();
    expect(Math.abs(share(scene.went, 'b/two') - 0.25)).toBeLessThan(0.05);
  });

  it('by caller gives one caller always the same, and all of them their percentage', async () => {
    const scene = new Scene(models({ to: [{ model: 'n', percent: 25 }], by: 'caller' }), seeded(1));
    await askAll(scene, 400);
    const firstRound = [...scene.went];
    await askAll(scene, 400);
    expect(scene.went.slice(400)).toEqual(firstRound);
    expect(Math.abs(share(firstRound, 'b/two') - 0.25)).toBeLessThan(0.07);
  });

  it('falls back to the alias that was asked for, unless the request wants none', async () => {
    const scene = new Scene(models({ to: [{ model: 'n', percent: 100 }] }));
    scene.deeds = { b: broken };
    expect((await scene.ask()).status).toBe(200);
    expect((await scene.ask({ disable_fallbacks: true })).status).toBe(500);
    expect(scene.went).toEqual(['b/two', 'a/one', 'b/two']);
  });
});

describe('a gray release', () => {
  const release = (more: object = {}) => models({ to: 'n', from: 10, until: 100, over: '1h', ...more });

  it('grows with time alone, and keeps the callers that it has', async () => {
    const scene = new Scene(release());
    await askAll(scene, 300);
    const early = [...scene.went];
    await scene.clock.advance(1_800_000);
    await askAll(scene, 300);
    const half = scene.went.slice(300);
    await scene.clock.advance(1_800_000);
    await askAll(scene, 50);
    expect(Math.abs(share(early, 'b/two') - 0.1)).toBeLessThan(0.06);
    expect(Math.abs(share(half, 'b/two') - 0.55)).toBeLessThan(0.08);
    expect(share(scene.went.slice(600), 'b/two')).toBe(1);
    expect(early.every((one, index) => one === 'a/one' || half[index] === 'b/two')).toBe(true);
  });

  it('has not begun before its start', async () => {
    const scene = new Scene(release({ from: 100, starts: '2999-01-01T00:00:00Z' }));
    await askAll(scene, 20);
    expect(share(scene.went, 'a/one')).toBe(1);
  });

  it.each([0, 400])(
    'is rolled back within 200 requests once it fails, behind %i good ones, and stays so',
    async (good) => {
      const scene = new Scene(release({ from: 100 }));
      const events: GatewayEvents['rolled-back'][] = [];
      scene.gateway.events.on('rolled-back', (event) => events.push(event));
      await askAll(scene, good);
      scene.deeds = { b: broken };
      let bad = 0;
      while (events.length === 0 && bad < 1_000) {
        await scene.clock.advance(500);
        await askAll(scene, 1, bad++);
      }
      expect(bad).toBeLessThanOrEqual(200);
      expect(events).toMatchObject([{ alias: 'm', to: 'n', why: 'errors', before: 0 }]);
      const before = scene.went.length;
      scene.deeds = {};
      await scene.clock.advance(61_000);
      await askAll(scene, 50);
      expect(share(scene.went.slice(before), 'a/one')).toBe(1);
    },
  );

  it.each([{}, { disable_fallbacks: true }])(
    'counts what goes elsewhere or nowhere, since its deployments rest: %j',
    async (more) => {
      const scene = new Scene(release({ from: 50, until: 50, by: 'request' }), seeded(1));
      const events: unknown[] = [];
      scene.gateway.events.on('rolled-back', (event) => events.push(event));
      scene.deeds = { b: broken };
      let asked = 0;
      for (; events.length === 0 && asked < 1_000; asked++) {
        await scene.clock.advance(10);
        await scene.ask(more);
      }
      // Half of them are of the side that is dead.
      expect(asked).toBeLessThanOrEqual(100);
      expect(scene.went.filter((one) => one === 'b/two').length).toBeLessThan(20);
    },
  );

  it('is not rolled back where both sides rest', async () => {
    const scene = new Scene(release({ from: 50, until: 50, by: 'request' }), seeded(1));
    const events: unknown[] = [];
    scene.gateway.events.on('rolled-back', (event) => events.push(event));
    scene.deeds = { a: broken, b: broken };
    for (let asked = 0; asked < 300; asked++) {
      await scene.clock.advance(100);
      await scene.ask();
    }
    expect(events).toEqual([]);
  });

  it('is rolled back for refusals of many callers, and not for those of one', async () => {
    const events: GatewayEvents['rolled-back'][] = [];
    const bad =
      (caller: string): Deed =>
      (body) =>
        body['user'] === caller || caller === '*' ? tooLong({}) : fine({});
    const callers = async (scene: Scene, count: number) => {
      for (let index = 0; index < count; index++) {
        const id = `ann-${index % 20}`;
        await scene.ask({ user: id }, {}, { id });
      }
    };
    const scene = new Scene(release({ from: 60, until: 60 }));
    scene.gateway.events.on('rolled-back', (event) => events.push(event));
    await callers(scene, 20);
    const one = `ann-${scene.went.indexOf('b/two')}`;
    scene.deeds = { a: bad(one), b: bad(one) };
    await callers(scene, 300);
    expect(events).toEqual([]);
    scene.deeds = { b: bad('*') };
    await callers(scene, 200);
    expect(events).toMatchObject([{ alias: 'm', to: 'n', why: 'refusals' }]);
  });

  it('outlives a reload that leaves it as it is, rolled back, and begins anew where it leads elsewhere', async () => {
    const config = release({ from: 100 });
    const scene = new Scene(config);
    scene.deeds = { b: broken };
    await askAll(scene, 60);
    scene.deeds = {};
    const wentAfter = async (more: NonNullable<GatewayConfig['models']>): Promise<number> => {
      scene.gateway.reload({ providers, models: { ...config.models, ...more } });
      await scene.clock.advance(61_000);
      const before = scene.went.length;
      await askAll(scene, 30);
      return share(scene.went.slice(before), 'a/one');
    };
    expect(await wentAfter({ more: 'c/three' })).toBe(1);
    expect(await wentAfter({ n: { deployments: ['c/three'], retries: 0 } })).toBe(0);
  });

  it('is not rolled back for failures that those who stay have as well', async () => {
    const scene = new Scene(release({ from: 50, until: 50 }));
    const events: unknown[] = [];
    scene.gateway.events.on('rolled-back', (event) => events.push(event));
    let calls = 0;
    const fourth = () => (calls++ % 4 === 0 ? broken({}) : { status: 200, body: { choices: [] } });
    scene.deeds = { a: fourth, b: fourth };
    await askAll(scene, 300);
    expect(events).toEqual([]);
  });

  it('is rolled back when it is slower than what stays by more than may be', async () => {
    const scene = new Scene(release({ from: 50, until: 50, rollback: { latency: 1.5 } }));
    const events: GatewayEvents['rolled-back'][] = [];
    scene.gateway.events.on('rolled-back', (event) => events.push(event));
    scene.delays = { a: 100, b: 200 };
    await askAll(scene, 120);
    expect(events).toMatchObject([{ why: 'latency' }]);
  });
});
