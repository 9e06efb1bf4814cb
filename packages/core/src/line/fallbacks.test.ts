import { describe, expect, it } from 'vitest';
import type { GatewayConfig } from '../config/types.ts';
import { UpstreamError } from '../kit/errors.ts';
import { broken, errorOf, filtered, fine, Scene, tooLong } from './routing-scene.type-test.ts';

const alias = (target: string, more: object = {}) => ({ deployments: [target], retries: 0, ...more });
const scene = (fallbacks: unknown, deeds: Scene['deeds'], more: Partial<GatewayConfig> = {}): Scene => {
  const models = { m: alias('a/one', { fallbacks }), b: alias('b/two'), c: alias('c/three'), d: alias('d/four') };
  const made = new Scene({ models, ...more } as Partial<GatewayConfig>);
  made.deeds = deeds;
  return made;
};

describe('a fallback by cause', () => {
  it('takes what is too long for the model where it is meant for that', async () => {
    const at = scene({ any: ['b'], contextWindow: ['c'] }, { a: tooLong });
    expect((await at.ask()).status).toBe(200);
    expect(at.went).toEqual(['a/one', 'c/three']);
  });

  it.each([
    ['contextWindow', tooLong, 'context_length_exceeded'],
    ['contentPolicy', filtered, 'content_policy_violation'],
  ] as const)('for anything does not take what needs %s: the client is told', async (_, deed, code) => {
    const at = scene(['b'], { a: deed });
    const reply = await at.ask();
    expect([reply.status, errorOf(reply).code, at.went]).toEqual([400, code, ['a/one']]);
  });

  it('for content that the provider refuses is asked for nothing else', async () => {
    const at = scene({ contentPolicy: ['b'] }, { a: filtered });
    expect((await at.ask()).status).toBe(200);
    expect(at.went).toEqual(['a/one', 'b/two']);
    const other = scene({ contentPolicy: ['b'] }, { a: broken });
    expect((await other.ask()).status).toBe(500);
    expect(other.went).toEqual(['a/one']);
  });

  it('goes on along its list when that model fails too, for whatever reason', async () => {
    const at = scene({ any: ['b'], contextWindow: ['c', 'd'] }, { a: tooLong, c: broken });
    expect((await at.ask()).status).toBe(200);
    expect(at.went).toEqual(['a/one', 'c/three', 'd/four']);
  });

  it('is found from behind another fallback, by the alias that was asked for', async () => {
    const at = scene({ any: ['b'], contextWindow: ['c'] }, { a: broken, b: tooLong });
    expect((await at.ask()).status).toBe(200);
    expect(at.went).toEqual(['a/one', 'b/two', 'c/three']);
  });

  it('takes what no deployment of the alias can do, before anything is sent', async () => {
    const models = {
      m: {
        deployments: [{ model: 'a/one', capabilities: { tools: false } }],
        fallbacks: { any: ['b'], unsupported: ['c'] },
      },
      b: alias('b/two'),
      c: alias('c/three'),
    };
    const at = new Scene({ models });
    const tools = [{ type: 'function', function: { name: 'f', parameters: { type: 'object' } } }];
    expect((await at.ask({ tools })).status).toBe(200);
    expect(at.went).toEqual(['c/three']);
  });

  it('takes a request that is known to be too long before anything is sent, and no other does', async () => {
    const small = { deployments: [{ model: 'a/one', contextWindow: 10 }] };
    const long = { messages: [{ role: 'user', content: 'word '.repeat(200) }] };
    const at = new Scene({
      models: { m: { ...small, fallbacks: { any: ['b'], contextWindow: ['c'] } }, b: 'b/two', c: 'c/three' },
    });
    expect((await at.ask(long)).status).toBe(200);
    expect(at.went).toEqual(['c/three']);
    const refused = new Scene({ models: { m: { ...small, fallbacks: ['b'] }, b: 'b/two' } });
    expect(errorOf(await refused.ask(long)).code).toBe('unsupported_by_target');
  });

  it('of a timeout stands in place of the one for anything', async () => {
    const late = { fails: new UpstreamError('upstream_timeout', 'Nothing came.') };
    const at = scene({ any: ['b'], timeout: ['c'] }, { a: () => late });
    expect((await at.ask()).status).toBe(200);
    expect(at.went).toEqual(['a/one', 'c/three']);
    const list = scene(['b'], { a: () => late });
    expect((await list.ask()).status).toBe(200);
    expect(list.went).toEqual(['a/one', 'b/two']);
  });

  it('serves who has no money left for the dearer model, and counts as the cheaper one', async () => {
    const perMillionTokens = (output: string) => ({ perMillionTokens: { input: '0', output } });
    const at = scene(
      { budget: ['b'] },
      {},
      {
        prices: { 'a/one': perMillionTokens('10'), 'b/two': perMillionTokens('1') },
        limits: [{ scope: 'caller', counts: 'usd', max: '0.0001' }],
      },
    );
    expect((await at.ask({ max_tokens: 50 })).status).toBe(200);
    expect(at.went).toEqual(['b/two']);
    expect((await at.ask({ max_tokens: 500 })).status).toBe(429);
  });

  it('may lead to its own fallbacks, so many times and never back', async () => {
    const models = {
      m: alias('a/one', { fallbacks: ['b'] }),
      b: alias('b/two', { fallbacks: { any: ['c'], contextWindow: ['m'] } }),
      c: alias('c/three', { fallbacks: ['d'] }),
      d: alias('d/four'),
    };
    const at = new Scene({ models });
    at.deeds = { a: broken, b: broken, c: broken, d: broken };
    await at.ask();
    expect(at.went).toEqual(['a/one', 'b/two', 'c/three', 'd/four']);
    const shallow = new Scene({ models, fallbackDepth: 1 });
    shallow.deeds = at.deeds;
    await shallow.ask();
    expect(shallow.went).toEqual(['a/one', 'b/two']);
  });

  it('adds no call beyond the most that a request may cause', async () => {
    const at = scene(
      { any: ['b'], contextWindow: ['c', 'd'] },
      { a: broken, b: tooLong, c: broken },
      { maxAttempts: 3 },
    );
    await at.ask();
    expect(at.went).toEqual(['a/one', 'b/two', 'c/three']);
  });
});

describe('case 53: a fallback', () => {
  it('never asks the model again that was asked for, and carries nothing of it', async () => {
    const at = scene(['b'], { a: broken });
    await at.ask({ fallbacks: ['m', 'c'], temperature: 0.5 });
    expect(at.went).toEqual(['a/one', 'c/three']);
    const [first, second] = at.upstream.calls.map(({ request }) => request);
    expect(first?.headers['authorization']).toBe('Bearer key-of-a');
    expect(second?.headers['authorization']).toBe('Bearer key-of-c');
    expect(JSON.stringify(second?.headers)).not.toContain('key-of-a');
    expect(JSON.parse(new TextDecoder().decode(second?.body as Uint8Array))).toEqual({
      model: 'three',
      messages: [{ role: 'user', content: 'hello' }],
      temperature: 0.5,
    });
  });
});

describe('case 52: what a request says of its own fallbacks', () => {
  it('wins over the configuration, and is no part of what is sent', async () => {
    const at = scene(['b'], { a: broken });
    expect((await at.ask({ fallbacks: ['c'], disable_fallbacks: false })).status).toBe(200);
    expect(at.went).toEqual(['a/one', 'c/three']);
    for (const { request } of at.upstream.calls)
      expect(new TextDecoder().decode(request.body as Uint8Array)).not.toContain('fallback');
  });

  it('is a wish of a lone model as well', async () => {
    const at = scene(undefined, { a: broken });
    expect((await at.ask({ fallbacks: ['c'] })).status).toBe(200);
    expect(at.went).toEqual(['a/one', 'c/three']);
  });

  it.each([
    [{ disable_fallbacks: true, fallbacks: ['c'] }, {}],
    [{}, { 'x-postern-disable-fallbacks': 'true' }],
  ])('may be that there are none: %j %j', async (body, headers: Record<string, string>) => {
    const at = scene(['b'], { a: broken });
    expect((await at.ask(body, headers)).status).toBe(500);
    expect(at.went).toEqual(['a/one']);
  });

  it('may stand in a header', async () => {
    const at = scene(['b'], { a: broken, d: broken });
    expect((await at.ask({}, { 'x-postern-fallbacks': 'd, c' })).status).toBe(200);
    expect(at.went).toEqual(['a/one', 'd/four', 'c/three']);
  });

  it('names only what its caller may use, and what there is', async () => {
    const at = scene(['b'], { a: broken });
    const forbidden = await at.ask({ fallbacks: ['c'] }, {}, { id: 'ann', models: ['m', 'b'] });
    expect([forbidden.status, errorOf(forbidden).param]).toEqual([403, 'fallbacks']);
    const unknown = await at.ask({ fallbacks: ['nowhere'] });
    expect([unknown.status, errorOf(unknown).code]).toEqual([404, 'model_not_found']);
    expect(at.went).toEqual([]);
  });

  it.each([{ fallbacks: 'c' }, { fallbacks: [{ model: 'c' }] }, { disable_fallbacks: 'yes' }])(
    'is refused when it is none: %j',
    async (body) => {
      const reply = await scene(['b'], { a: fine }).ask(body);
      expect([reply.status, errorOf(reply).param]).toEqual([400, Object.keys(body)[0]]);
    },
  );
});
