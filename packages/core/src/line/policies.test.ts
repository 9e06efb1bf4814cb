import { describe, expect, it } from 'vitest';
import type { PolicyCandidate, PolicyRequest, RoutingPolicy } from '../config/routing-policies.ts';
import type { GatewayConfig } from '../config/types.ts';
import type { GatewayEvents } from './events.ts';
import { broken, errorOf, Scene, tooLong } from './routing-scene.type-test.ts';

const models = {
  m: { deployments: ['a/one', { model: 'b/one', region: 'eu' }], retries: 1, fallbacks: ['far', 'n'] },
  n: { deployments: ['c/two'], retries: 0 },
  far: 'd/far',
};

/** A policy that chooses as it is told. */
function told(order: readonly (readonly [name: string, ...places: string[]])[], more: Partial<RoutingPolicy> = {}) {
  const seen: { request?: PolicyRequest; candidates?: readonly PolicyCandidate[] } = {};
  const policy: RoutingPolicy = {
    among: ['m', 'n'],
    read(request) {
      seen.request = request;
      return { task: 'any' };
    },
    choose(_view, candidates) {
      seen.candidates = candidates;
      return { order: order.map(([name, ...places]) => ({ name, places, reason: 'because' })) };
    },
    ...more,
  };
  return { policy, seen };
}

const scene = (policy: RoutingPolicy, more: Partial<GatewayConfig> = {}): Scene =>
  new Scene({ models, policies: { auto: policy }, breaker: false, ...more });

describe('a policy', () => {
  it('decides where a request goes, and nothing goes anywhere else whatever fails', async () => {
    const { policy } = told([
      ['n', 'n#0'],
      ['m', 'm#1'],
    ]);
    const at = scene(policy);
    at.deeds = { b: broken, c: broken };
    expect((await at.ask({ model: 'auto' })).status).toBe(500);
    // Neither m#0 nor the fallbacks of m that it did not choose.
    expect(at.went).toEqual(['c/two', 'b/one', 'b/one']);
  });

  it('keeps lists by cause of what it chose, as far as they lead to what it chose', async () => {
    const { policy } = told([
      ['m', 'm#0'],
      ['n', 'n#0'],
    ]);
    const lists = { ...models, m: { ...models.m, fallbacks: { contextWindow: ['far', 'n'] } } };
    const at = scene(policy, { models: lists });
    at.deeds = { a: tooLong };
    expect((await at.ask({ model: 'auto' })).status).toBe(200);
    expect(at.went).toEqual(['a/one', 'c/two']);
  });

  it('gives way to the fallbacks that a request names', async () => {
    const { policy } = told([
      ['m', 'm#0'],
      ['n', 'n#0'],
    ]);
    const at = scene(policy);
    at.deeds = { a: broken, d: broken };
    await at.ask({ model: 'auto', fallbacks: ['far'] });
    await at.ask({ model: 'auto', disable_fallbacks: true });
    expect(at.went).toEqual(['a/one', 'a/one', 'd/far', 'd/far', 'd/far', 'a/one', 'a/one']);
  });

  it('is no fallback itself, since that would go past what a caller may use', async () => {
    const { policy } = told([['n', 'n#0']]);
    const reply = await scene(policy).ask({ model: 'm', fallbacks: ['auto'] });
    expect([reply.status, errorOf(reply).param]).toEqual([404, 'fallbacks']);
  });

  it('sees of each candidate what it costs, how it fares and what the caller may be served by', async () => {
    const { policy, seen } = told([
      ['m', 'm#1'],
      ['n', 'n#0'],
    ]);
    const at = scene(policy, { prices: { 'b/one': { perMillionTokens: { input: '1', output: '3' } } } });
    await at.ask({ model: 'auto', max_tokens: 100 });
    expect(seen.candidates?.map(({ name, places }) => [name, places.map(({ id }) => id)])).toEqual([
      ['m', ['m#0', 'm#1']],
      ['n', ['n#0']],
    ]);
    // Bytes of the request in fours, at 1,000 nano-dollars a token, and 100 tokens at 3,000.
    const input = seen.request?.input ?? 0;
    const [free, priced] = seen.candidates?.[0]?.places ?? [];
    expect([free?.cost, priced?.cost]).toEqual([undefined, input * 1_000 + 100 * 3_000]);
    expect(priced).toMatchObject({ model: 'b/one', provider: 'b', region: 'eu', usable: true, open: 0, latency: 0 });
    await at.ask({ model: 'auto' }, {}, { id: 'ann', regions: ['eu'] });
    expect(seen.candidates?.map(({ name, places }) => [name, places.map(({ id }) => id)])).toEqual([['m', ['m#1']]]);
  });

  it('forgets how long calls took when that was more than a minute ago, so that what was slow is tried again', async () => {
    const { policy, seen } = told([['n', 'n#0']]);
    const at = scene(policy);
    at.delays = { c: 400 };
    await at.ask({ model: 'auto' });
    await at.ask({ model: 'auto', max_tokens: 10 });
    const latency = (): number => seen.candidates?.find(({ name }) => name === 'n')?.places[0]?.latency ?? -1;
    // The answer of the scene has 4 tokens.
    expect(Math.round(latency())).toBeGreaterThanOrEqual(1_000);
    await at.clock.advance(61_000);
    await at.ask({ model: 'auto', max_tokens: 10 });
    expect(latency()).toBe(0);
  });

  it('reads the conversation only of a chat that can be read', async () => {
    const { policy, seen } = told([['n', 'n#0']]);
    const at = scene(policy);
    await at.ask({ model: 'auto' });
    expect(seen.request?.caller).toBe('ann');
    await at.post('/v1/embeddings', { model: 'auto', input: 'x' });
    expect(seen.request?.chat()).toBeUndefined();
    await at.ask({ model: 'auto', messages: 'none' });
    expect(seen.request?.chat()).toBeUndefined();
  });

  it('may wait before it decides', async () => {
    const { policy } = told([['n', 'n#0']], {
      read: (request) => new Promise((resolve) => request.after(50, () => resolve({ task: 'late' }))),
    });
    const at = scene(policy);
    expect((await at.ask({ model: 'auto' })).status).toBe(200);
    expect(at.went).toEqual(['c/two']);
  });

  it('names the constraint that nothing meets', async () => {
    const { policy } = told([], {
      choose: () => ({ order: [], unmet: { constraint: 'maxCost', says: 'is that cheap' } }),
    });
    const reply = await scene(policy).ask({ model: 'auto' });
    expect([reply.status, errorOf(reply)]).toMatchObject([
      400,
      { message: "No model of 'auto' is that cheap.", param: 'maxCost' },
    ]);
  });

  it('says in a refusal that no deployment is in the regions of the caller', async () => {
    const { policy } = told([]);
    const reply = await scene(policy).ask({ model: 'auto' }, {}, { id: 'ann', regions: ['moon'] });
    expect([reply.status, errorOf(reply).message]).toEqual([400, expect.stringContaining('moon')]);
  });

  it('counts in limits by the name that was asked for, and in the ledger by what served', async () => {
    const { policy } = told([['n', 'n#0']]);
    const at = scene(policy, { limits: [{ scope: 'model', counts: 'requests', max: 1, per: 'hour' }] });
    expect((await at.ask({ model: 'auto' })).status).toBe(200);
    expect((await at.ask({ model: 'n' })).status).toBe(200);
    expect((await at.ask({ model: 'auto' })).status).toBe(429);
    expect(at.ended[0]).toMatchObject({ model: 'auto', attempts: [{ deployment: 'n#0' }] });
  });

  it('learns from feedback about its own choices, with the task that it took the request for', async () => {
    const lessons: unknown[] = [];
    const { policy } = told([['n', 'n#0']], {
      learn: (lesson) => {
        lessons.push(lesson);
        throw new Error('and fails');
      },
    });
    const at = scene(policy, { feedback: true });
    const events: GatewayEvents['feedback'][] = [];
    at.gateway.events.on('feedback', (event) => events.push(event));
    for (const model of ['auto', 'n']) {
      const { headers } = await at.ask({ model });
      const rated = await at.post('/v1/feedback', { request_id: headers['x-postern-request-id'], score: 1 });
      expect(rated.status).toBe(200);
    }
    expect(lessons).toEqual([{ task: 'any', alias: 'n', measures: { score: 1 } }]);
    expect(events.map(({ task }) => task)).toEqual(['any', undefined]);
  });

  it('may not lose what it chooses among by a reload', () => {
    const { policy } = told([['n', 'n#0']]);
    expect(() => scene(policy).gateway.reload({ models: { m: 'a/one' } })).toThrow(/policies\.auto\.among\.1/);
  });
});
