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
