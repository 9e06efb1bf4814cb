import { describe, expect, it } from 'vitest';
import type { GatewayConfig } from '../config/types.ts';
import { Scene } from './routing-scene.type-test.ts';

const TOOLS = { tools: [{ type: 'function', function: { name: 'f', parameters: { type: 'object' } } }] };
const long = { messages: [{ role: 'user', content: 'word '.repeat(200) }] };
const sceneOf = (m: object, more: object = {}): Scene =>
  new Scene({ models: { m }, ...more } as Partial<GatewayConfig>);

/** Three that are there first, and one behind them. */
const fourth = (others: object, last: object = {}) => [
  ...['a/one', 'b/two', 'c/three'].map((model) => ({ model, ...others })),
  { model: 'd/four', ...last },
];

describe('the only deployment of an alias that can serve a request', () => {
  it.each([
    ['takes what it asks for', { capabilities: { tools: false } }, TOOLS],
    ['is long enough', { contextWindow: 10 }, long],
  ])('is asked wherever it stands in the list, where it %s', async (_, others, body) => {
    const at = sceneOf({ deployments: fourth(others), strategy: 'priority' });
    expect((await at.ask(body)).status).toBe(200);
    expect((await at.ask()).status).toBe(200);
    expect(at.went).toEqual(['d/four', 'a/one']);
  });

  it('is waited for while it rests: its absence is no fault of the request', async () => {
    const deployments = [{ model: 'a/one', capabilities: { tools: false } }, 'b/two'];
    const at = sceneOf({ deployments, strategy: 'priority', retries: 0 }, { breaker: { inARow: 1 } });
    at.deeds = { b: () => ({ status: 429, body: { error: { message: 'slow down' } } }) };
    const statuses: number[] = [];
    for (let time = 0; time < 12; time++) statuses.push((await at.ask(TOOLS)).status);
    expect(new Set(statuses)).toEqual(new Set([429]));
    expect(new Set(at.went)).toEqual(new Set(['b/two']));
  });
});

describe('what a provider keeps', () => {
  // Fields after https://platform.openai.com/docs/api-reference/responses/object
  const response = () => ({
    status: 200,
    body: { id: 'resp_1', object: 'response', status: 'completed', model: 'x', output: [], usage: null },
  });
  const up = (id: string) => ({ format: 'openai-responses', baseUrl: `https://${id}.test/v1`, apiKey: `key-of-${id}` });

  it('is found wherever its deployment stands in the list', async () => {
    const providers = Object.fromEntries(['a', 'b', 'c', 'd'].map((id) => [id, up(id)]));
    const models = { m: { deployments: fourth({}), strategy: 'priority', retries: 0 }, last: 'd/four' };
    const at = new Scene({ providers, models, resources: 'd' } as Partial<GatewayConfig>);
    at.deeds = { a: response, d: response };
    await at.post('/v1/responses', { model: 'last', input: 'hello' });
    const next = { model: 'm', input: 'go on', previous_response_id: 'resp_1' };
    expect((await at.post('/v1/responses', next)).status).toBe(200);
    expect((await at.post('/v1/responses', { model: 'm', input: 'hello' })).status).toBe(200);
    expect(at.went).toEqual(['d/four', 'd/four', 'a/one']);
  });
});

describe('an attempt that comes to no call', () => {
  const limits = [{ scope: 'deployment', counts: 'requests', max: 1, per: 'day' }];

  it('uses up no attempt: who has room within its limits is asked', async () => {
    const at = sceneOf({ deployments: fourth({}), strategy: 'priority', retries: 0 }, { limits });
    const statuses: number[] = [];
    for (let time = 0; time < 5; time++) statuses.push((await at.ask()).status);
    expect(statuses).toEqual([200, 200, 200, 200, 429]);
    expect(at.went).toEqual(['a/one', 'b/two', 'c/three', 'd/four']);
  });

  it('gives its place to none that would cost more than the caller has left', async () => {
    const prices = Object.fromEntries(
      ['a/one', 'b/two'].map((name, at) => [
        name,
        { perMillionTokens: { input: '1', output: at === 0 ? '1' : '1000' } },
      ]),
    );
    const budget = { scope: 'caller', counts: 'usd', max: '0.1' };
    const m = { deployments: ['a/one', 'b/two'], strategy: 'priority', retries: 0 };
    const at = sceneOf(m, { prices, limits: [...limits, budget] });
    const statuses: number[] = [];
    for (let time = 0; time < 2; time++) statuses.push((await at.ask({ max_tokens: 1_000 })).status);
    expect([statuses, at.went]).toEqual([[200, 429], ['a/one']]);
  });
});

describe('a budget without room for the dearest', () => {
  it('is spent on a cheaper one that was not picked', async () => {
    const price = (output: string) => ({ price: { perMillionTokens: { input: '1', output } } });
    const at = sceneOf(
      { deployments: fourth(price('1000'), price('1')), strategy: 'priority', onBudget: 'cheaper' },
      { limits: [{ scope: 'caller', counts: 'usd', max: '0.1' }] },
    );
    expect((await at.ask({ max_tokens: 1_000 })).status).toBe(200);
    expect(at.went).toEqual(['d/four']);
  });
});

describe('cheapest', () => {
  const price = (rates: object) => ({ price: { perMillionTokens: rates } });
  const mOf = (first: object, second: object) =>
    sceneOf({
      deployments: [
        { model: 'a/one', ...first },
        { model: 'b/two', ...second },
      ],
      strategy: 'cheapest',
      retries: 0,
    });

  it('takes a price that says nothing of answers for none, and not for answers at no cost', async () => {
    const at = mOf(price({ input: '1' }), price({ input: '1', output: '2' }));
    for (let time = 0; time < 3; time++) await at.ask();
    expect(at.went).toEqual(['b/two', 'b/two', 'b/two']);
  });

  it('goes by the prompt alone among models that sell no answers', async () => {
    const at = mOf(price({ input: '2' }), price({ input: '1' }));
    for (let time = 0; time < 3; time++) await at.ask();
    expect(at.went).toEqual(['b/two', 'b/two', 'b/two']);
  });
});
