import { describe, expect, it } from 'vitest';
import type { GatewayConfig } from '../config/types.ts';
import { seeded } from '../kit/seeded.ts';
import type { GatewayEvents } from './events.ts';
import { broken, Scene } from './routing-scene.type-test.ts';

const models = (percent: number): NonNullable<GatewayConfig['models']> => ({
  m: { deployments: ['a/one'], retries: 0, shadow: { to: 'n', percent } },
  n: { deployments: [{ model: 'b/two', region: 'eu' }], retries: 0 },
});
const idle = async (scene: Scene): Promise<void> => {
  for (let turn = 0; turn < 5; turn++) await scene.answer();
};

describe('a shadow copy', () => {
  it('is sent behind the answer, in the name of the shadow, with the model exchanged and nothing else', async () => {
    const scene = new Scene({ models: models(100) });
    const reply = await scene.ask({ temperature: 0.5 });
    expect(JSON.parse(String(reply.body))).toMatchObject({ choices: [{ message: { content: 'x' } }] });
    await idle(scene);
    expect(scene.went).toEqual(['a/one', 'b/two']);
    const [, copy] = scene.upstream.calls;
    expect(JSON.parse(new TextDecoder().decode(copy?.request.body as Uint8Array))).toEqual({
      model: 'two',
      messages: [{ role: 'user', content: 'hello' }],
      temperature: 0.5,
    });
    expect(scene.ended.map(({ caller, model, attempts }) => [caller, model, attempts[0]?.usage?.['input']])).toEqual([
      ['ann', 'm', 3],
      ['shadow', 'n', 3],
    ]);
  });

  it('tells who listens what it was answered, and of which request it is a copy', async () => {
    const scene = new Scene({ models: models(100) });
    const told: GatewayEvents['shadow'][] = [];
    scene.gateway.events.on('shadow', (event) => told.push(event));
    const { headers } = await scene.ask();
    await idle(scene);
    scene.deeds = { b: broken };
    await scene.ask();
    await idle(scene);
    expect(told.map(({ model, status }) => [model, status])).toEqual([
      ['n', 200],
      ['n', 500],
    ]);
    expect(told[0]?.of).toBe(headers['x-postern-request-id']);
    expect(told[0]?.id).not.toBe(told[0]?.of);
    expect(JSON.parse(told[0]?.answer ?? '')).toMatchObject({ choices: [{ message: { content: 'x' } }] });
  });

  it('fails without anybody hearing of it', async () => {
    const scene = new Scene({ models: models(100) });
    scene.deeds = { b: broken };
    expect((await scene.ask()).status).toBe(200);
    await idle(scene);
    expect(scene.ended.map(({ caller, status }) => [caller, status])).toEqual([
      ['ann', 200],
      ['shadow', 500],
    ]);
  });

  it('has limits of its own, and takes nothing of its caller', async () => {
    const scene = new Scene({
      models: models(100),
      limits: [
        { scope: 'caller:shadow', counts: 'requests', max: 1 },
        { scope: 'caller:ann', counts: 'requests', max: 3 },
      ],
    });
    for (let request = 0; request < 3; request++) {
      expect((await scene.ask()).status).toBe(200);
      await idle(scene);
    }
    expect(scene.went.filter((one) => one === 'b/two')).toHaveLength(1);
  });

  it('is made of so many in a hundred, and of none that failed', async () => {
    const scene = new Scene({ models: models(20) }, seeded(1));
    for (let request = 0; request < 400; request++) await scene.ask();
    await idle(scene);
    const copies = scene.went.filter((one) => one === 'b/two').length;
    expect(Math.abs(copies / 400 - 0.2)).toBeLessThan(0.07);
    const failing = new Scene({ models: models(100) });
    failing.deeds = { a: broken };
    await failing.ask();
    await idle(failing);
    expect(failing.went).toEqual(['a/one']);
  });

  it('is dropped, and told of, where a hundred are under way, until one of them ends', async () => {
    const warned: string[] = [];
    const log = { warn: (text: string) => void warned.push(text), error() {} };
    const scene = new Scene({ models: models(100), log });
    const dropped: GatewayEvents['shadow-dropped'][] = [];
    scene.gateway.events.on('shadow-dropped', (event) => dropped.push(event));
    scene.hangs = new Set(['b']);
    for (let request = 0; request < 105; request++) await scene.ask();
    await idle(scene);
    expect(scene.gateway.stats().open).toBe(100);
    expect(dropped.map(({ model }) => model)).toEqual(Array(5).fill('n'));
    expect(warned.filter((text) => text.includes('copies'))).toHaveLength(1);
    scene.upstream.calls.find(({ request }) => request.origin.includes('b.test'))?.fail(new Error('gone'));
    await idle(scene);
    await scene.ask();
    await idle(scene);
    expect([scene.gateway.stats().open, dropped.length]).toEqual([100, 5]);
  });

  it('is in no explanation of a caller who is called as it is', async () => {
    const scene = new Scene({ models: models(100), explain: true });
    await scene.ask();
    await idle(scene);
    const copy = scene.ended.find(({ caller }) => caller === 'shadow')?.id;
    const reply = await scene.get(`/explain/${copy}`, { id: 'shadow' });
    expect([copy === undefined, reply.status]).toEqual([false, 404]);
  });

  it('goes nowhere where its caller may not be served', async () => {
    const scene = new Scene({
      models: {
        ...models(100),
        m: { deployments: [{ model: 'a/one', region: 'us' }], shadow: { to: 'n', percent: 100 } },
      },
    });
    expect((await scene.ask({}, {}, { id: 'ann', regions: ['us'] })).status).toBe(200);
    await idle(scene);
    expect(scene.went).toEqual(['a/one']);
  });
});
