import { describe, expect, it } from 'vitest';
import type { GatewayEvents } from './events.ts';
import { broken, errorOf, Scene } from './routing-scene.type-test.ts';

const models = { m: { deployments: ['a/one'], retries: 0, split: { to: [{ model: 'n', percent: 100 }] } }, n: 'b/two' };
const PATH = '/v1/feedback';

describe('feedback', () => {
  it('is an event that says what served the request, with numbers only', async () => {
    const scene = new Scene({ models, feedback: true });
    const events: GatewayEvents['feedback'][] = [];
    scene.gateway.events.on('feedback', (event) => events.push(event));
    const { headers } = await scene.ask();
    const id = headers['x-postern-request-id'];
    const told = { request_id: id, score: 0.5, solved: true, comment: 'my secret' };
    expect((await scene.post(PATH, told)).status).toBe(200);
    expect(events).toEqual([
      { id, caller: 'ann', model: 'm', alias: 'n', deployment: 'n#0', measures: { score: 0.5, solved: 1 } },
    ]);
  });

  it('is taken of the caller that made the request, and about what was answered', async () => {
    const scene = new Scene({ models, feedback: true });
    const { headers } = await scene.ask();
    const told = { request_id: headers['x-postern-request-id'], score: 1 };
    const foreign = await scene.post(PATH, told, {}, { id: 'bob' });
    expect([foreign.status, errorOf(foreign).param]).toEqual([404, 'request_id']);
    scene.deeds = { a: broken, b: broken };
    const failed = await scene.ask();
    const about = { request_id: failed.headers['x-postern-request-id'], score: 1 };
    expect((await scene.post(PATH, about)).status).toBe(404);
  });

  it('counts once for each request, and a mistake is not that once', async () => {
    const scene = new Scene({ models, feedback: true });
    const scores: number[] = [];
    scene.gateway.events.on('feedback', ({ measures }) => scores.push(measures['score'] ?? 0));
    const { headers } = await scene.ask();
    const statuses: number[] = [];
    for (const score of [1e308, 0.5, 0.7]) {
      const reply = await scene.post(PATH, { request_id: headers['x-postern-request-id'], score });
      statuses.push(reply.status);
    }
    expect(statuses).toEqual([400, 200, 409]);
    expect(scores).toEqual([0.5]);
  });

  it('has measures within bounds only, and says which one is not', async () => {
    const reply = await new Scene({ models, feedback: true }).post(PATH, { request_id: 'x', score: 1, cost: -1e7 });
    expect([reply.status, errorOf(reply).param]).toEqual([400, 'cost']);
  });

  it.each([{ score: 1 }, { request_id: 'x' }, { request_id: 'x', score: '1' }])('is refused as %j', async (body) => {
    const reply = await new Scene({ models, feedback: true }).post(PATH, body);
    expect([reply.status, errorOf(reply).code]).toEqual([400, expect.anything()]);
  });

  it('is not ours unless it is configured: the host goes on', async () => {
    await expect(new Scene({ models }).post(PATH, { request_id: 'x', score: 1 })).rejects.toThrow('not taken');
  });
});
