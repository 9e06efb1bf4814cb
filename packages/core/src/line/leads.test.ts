import { describe, expect, it } from 'vitest';
import type { GatewayConfig } from '../config/types.ts';
import { UpstreamError } from '../kit/errors.ts';
import { broken, Scene, tooLong } from './routing-scene.type-test.ts';

const alias = (target: string, more: object = {}) => ({ deployments: [target], retries: 0, ...more });
const late = () => ({ fails: new UpstreamError('upstream_timeout', 'Nothing came.') });
const throttled = () => ({ status: 429, body: { error: { message: 'slow down' } } });
function scene(models: object, deeds: Scene['deeds'], more: object = {}): Scene {
  const at = new Scene({ models, ...more } as Partial<GatewayConfig>);
  at.deeds = deeds;
  return at;
}
/** Enough of them for the breaker to open. */
async function askMany(at: Scene, body: object = {}, caller?: { id: string; regions?: string[] }): Promise<number[]> {
  const statuses: number[] = [];
  for (let time = 0; time < 15; time++) statuses.push((await at.ask(body, {}, caller)).status);
  return statuses;
}

describe('an alias whose deployments all rest', () => {
  it('is stood for by the fallbacks that are meant for what they rest after', async () => {
    const models = { m: alias('a/one', { fallbacks: { timeout: ['c'] } }), c: alias('c/three') };
    const at = scene(models, { a: late });
    expect(new Set(await askMany(at))).toEqual(new Set([200]));
    expect(at.went.slice(-2)).toEqual(['c/three', 'c/three']);
  });

  it('is stood for by them while those for anything are dead', async () => {
    const models = {
      m: alias('a/one', { fallbacks: { any: ['b'], timeout: ['c'] } }),
      b: alias('b/two'),
      c: alias('c/three'),
    };
    const at = scene(models, { a: late, b: broken });
    for (let time = 0; time < 15; time++) await at.ask({ model: 'b' });
    expect(new Set(await askMany(at))).toEqual(new Set([200]));
  });

  it('leads on by the list for what the one fails with that is tried', async () => {
    const models = { m: alias('a/one', { fallbacks: { contextWindow: ['c'] } }), c: alias('c/three') };
    const at = scene(models, { a: broken });
    await askMany(at);
    await at.clock.advance(1_500);
    at.deeds = { a: tooLong };
    expect((await at.ask()).status).toBe(200);
    expect(at.went.slice(-2)).toEqual(['a/one', 'c/three']);
  });
});

describe('a fallback of a fallback', () => {
  const models = {
    m: alias('a/one', { fallbacks: ['b', 'c'] }),
    b: alias('b/two', { fallbacks: ['d'] }),
    c: alias('c/three'),
    d: alias('d/four'),
  };

  it('is asked before the next one of the list by which that came in', async () => {
    const at = scene(models, { a: broken, b: broken, c: broken });
    expect((await at.ask()).status).toBe(200);
    expect(at.went).toEqual(['a/one', 'b/two', 'd/four']);
  });

  it('stands for one whose deployments all rest', async () => {
    const at = scene(models, { a: broken, b: broken, c: broken });
    for (let time = 0; time < 15; time++) await at.ask({ model: 'b', disable_fallbacks: true });
    const before = at.went.length;
    expect((await at.ask()).status).toBe(200);
    expect(at.went.slice(before)).toEqual(['a/one', 'd/four']);
  });
});

describe('where only some deployments may serve a request', () => {
  const ann = { id: 'ann', regions: ['eu'] };
  const breaker = { breaker: { inARow: 1 } };

  it('a rest of those is no fault of the request', async () => {
    const models = {
      m: alias('', { deployments: [{ model: 'a/one', region: 'us' }], fallbacks: ['b'] }),
      b: alias('', { deployments: [{ model: 'b/two', region: 'eu' }] }),
    };
    const at = scene(models, { b: broken }, breaker);
    const statuses = await askMany(at, {}, ann);
    expect(statuses.filter((status) => status < 500)).toEqual([]);
  });

  it('the client is told of their rests only', async () => {
    const deployments = [
      { model: 'a/one', region: 'eu' },
      { model: 'b/two', region: 'us' },
    ];
    const at = scene({ m: alias('', { deployments }) }, { a: throttled }, breaker);
    await askMany(at, {}, ann);
    const { headers, status } = await at.ask({}, {}, ann);
    expect([status, Number(headers['retry-after']) > 1]).toEqual([429, true]);
  });
});

describe('what a request says of fallbacks', () => {
  const models = {
    m: alias('a/one', { split: { to: [{ model: 'n', percent: 100 }] } }),
    n: alias('b/two', { fallbacks: { timeout: ['c'] } }),
    c: alias('c/three'),
    d: alias('d/four'),
  };

  it('holds behind a split as well', async () => {
    const at = scene(models, { b: late });
    expect((await at.ask({ disable_fallbacks: true })).status).toBe(504);
    expect((await at.ask({ fallbacks: ['d'] })).status).toBe(200);
    expect(at.went).toEqual(['b/two', 'b/two', 'd/four']);
  });
});

describe('a session', () => {
  it('stays where it is behind a split, and behind the fallback of a fallback', async () => {
    const sticky = { deployments: ['a/one', 'b/two', 'c/three'], strategy: 'sticky', retries: 0 };
    const models = {
      m: alias('d/four', { split: { to: [{ model: 's', percent: 100 }] } }),
      s: sticky,
      x: alias('d/four', { fallbacks: ['y'] }),
      y: alias('d/four', { fallbacks: ['s'] }),
    };
    for (const model of ['m', 'x']) {
      let state = 1;
      const at = new Scene({ models } as Partial<GatewayConfig>, () => {
        state = (state * 16807) % 2147483647;
        return state / 2147483647;
      });
      at.deeds = { d: broken };
      for (let time = 0; time < 10; time++) await at.ask({ model }, { 'x-postern-session': 'one' });
      expect(new Set(at.went.filter((name) => name !== 'd/four')).size).toBe(1);
    }
  });
});

describe('round robin', () => {
  it('is not pushed on by plans in which its alias is a fallback only', async () => {
    const models = {
      m: alias('d/four', { fallbacks: ['r'] }),
      r: { deployments: ['a/one', 'b/two'], strategy: 'round-robin', retries: 0 },
    };
    const at = scene(models, {});
    for (let time = 0; time < 6; time++) {
      await at.ask();
      await at.ask({ model: 'r' });
    }
    const own = at.went.filter((name) => name !== 'd/four');
    expect(own).toEqual(['a/one', 'b/two', 'a/one', 'b/two', 'a/one', 'b/two']);
  });
});
