import { describe, expect, it } from 'vitest';
import type { HoursConfig } from '../config/routing-places.ts';
import { hoursSettings } from '../config/routing-places.ts';
import { isWithin } from '../router/fitting.ts';
import { broken, errorOf, Scene } from './routing-scene.type-test.ts';

const at = (text: string): number => Date.parse(text);
const tagged = (model: string, ...tags: string[]) => ({ model, tags });

describe('tags', () => {
  const models = {
    m: { deployments: [tagged('a/one', 'eu'), tagged('b/two', 'eu', 'paid'), 'c/three'], retries: 3, fallbacks: ['n'] },
    n: { deployments: ['d/four'], retries: 0 },
  };

  it('of the caller lead to the deployments that carry all of them, and to no other, whatever fails', async () => {
    const scene = new Scene({ models });
    scene.deeds = { b: broken };
    await scene.ask({ disable_fallbacks: true }, {}, { id: 'ann', tags: ['paid', 'eu', 'team-7'] });
    expect(new Set(scene.went)).toEqual(new Set(['b/two']));
  });

  it('of a caller that tell no deployments apart change nothing', async () => {
    const scene = new Scene({ models });
    expect((await scene.ask({}, {}, { id: 'ann', tags: ['team-7'] })).status).toBe(200);
    expect(scene.went).toEqual(['c/three']);
  });

  it('of the header hold for fallbacks as well', async () => {
    const scene = new Scene({ models });
    scene.deeds = { a: broken, b: broken };
    await scene.ask({}, { 'x-postern-tags': 'eu' });
    expect(new Set(scene.went)).toEqual(new Set(['a/one', 'b/two']));
  });

  it('that no deployment carries are refused by name', async () => {
    const scene = new Scene({ models: { m: models.m, n: models.n } });
    const reply = await scene.ask({ model: 'n' }, { 'x-postern-tags': 'eu, moon' });
    expect([reply.status, errorOf(reply).message]).toEqual([
      400,
      "No deployment of the model 'n' carries the tags eu, moon.",
    ]);
    expect(scene.went).toEqual([]);
  });

  it('have a default where the alias says so', async () => {
    const { m } = models;
    const scene = new Scene({ models: { m: { ...m, defaultTag: 'paid', fallbacks: [] } } });
    await scene.ask();
    expect(scene.went).toEqual(['b/two']);
    const none = new Scene({ models: { m: { deployments: [tagged('a/one', 'eu')] } } });
    expect(errorOf(await none.ask()).message).toContain('serves requests without a tag');
  });
});

describe('regions', () => {
  const models = {
    m: { deployments: [{ model: 'a/one', region: 'us' }, { model: 'b/two', region: 'eu' }, 'c/three'], retries: 5 },
    n: { deployments: [{ model: 'a/one', region: 'us' }] },
  };
  const ann = { id: 'ann', regions: ['eu'] };

  it('of a caller keep its requests out of all others, and of where nobody knows', async () => {
    const scene = new Scene({ models, allowDirect: ['a/one'] });
    scene.deeds = { b: broken };
    await scene.ask({}, {}, ann);
    expect(new Set(scene.went)).toEqual(new Set(['b/two']));
    expect(errorOf(await scene.ask({ model: 'n' }, {}, ann)).message).toContain('is in the regions eu');
    expect((await scene.ask({ model: 'a/one' }, {}, ann)).status).toBe(400);
  });

  it('hold while all rest: nothing else is tried then', async () => {
    const scene = new Scene({ models });
    scene.deeds = { b: broken };
    for (let request = 0; request < 3; request++) await scene.ask({}, {}, ann);
    expect(new Set(scene.went)).toEqual(new Set(['b/two']));
  });

  it('that are no list refuse the caller', async () => {
    const reply = await new Scene({ models }).ask({}, {}, { id: 'ann', regions: 'eu' as unknown as string[] });
    expect(reply.status).toBe(401);
  });
});

describe('hours', () => {
  const open = (hours: HoursConfig, now: string) => isWithin(hoursSettings(hours), at(now));
  const berlin = { from: '08:00', to: '18:00', days: [1, 2, 3, 4, 5], timeZone: 'Europe/Berlin' };

  it.each([
    // 27 March 2026 is a Friday; clocks in Berlin are put forward on Sunday the 29th, and back on 25 October.
    ['2026-03-27T06:59:59Z', false],
    ['2026-03-27T07:00:00Z', true],
    ['2026-03-27T16:59:59Z', true],
    ['2026-03-27T17:00:00Z', false],
    ['2026-03-28T12:00:00Z', false],
    ['2026-03-30T05:59:59Z', false],
    ['2026-03-30T06:00:00Z', true],
    ['2026-10-26T06:30:00Z', false],
  ])('of weekdays in a zone at %s: %s', (now, expected) => {
    expect(open(berlin, now)).toBe(expected);
  });

  it.each([
    ['2026-03-28T21:59:00Z', false],
    ['2026-03-28T22:00:00Z', true],
    ['2026-03-29T05:59:00Z', true],
    ['2026-03-29T06:00:00Z', false],
    ['2026-03-29T22:00:00Z', false],
  ])('over midnight belong to the day on which they begin, at %s: %s', (now, expected) => {
    expect(open({ from: '22:00', to: '06:00', days: [6] }, now)).toBe(expected);
  });

  it('up to midnight end with the day', () => {
    expect(open({ from: '12:00', to: '00:00' }, '2026-03-28T23:59:59Z')).toBe(true);
    expect(open({ from: '12:00', to: '00:00' }, '2026-03-28T00:00:00Z')).toBe(false);
  });

  it('take a deployment out of the plan while they do not hold', async () => {
    const opens = { model: 'a/one', order: 0, hours: { from: '10:00', to: '11:00' } };
    const scene = new Scene({
      models: { m: { deployments: [opens, { model: 'b/two', order: 1 }] }, n: { deployments: [opens] } },
    });
    const day = Math.floor(scene.clock.now() / 86_400_000) * 86_400_000 + 86_400_000;
    await scene.clock.advance(day - scene.clock.now());
    await scene.ask();
    expect((await scene.ask({ model: 'n' })).status).toBe(400);
    await scene.clock.advance(10 * 3_600_000);
    await scene.ask();
    await scene.ask({ model: 'n' });
    expect(scene.went).toEqual(['b/two', 'a/one', 'a/one']);
  });
});
