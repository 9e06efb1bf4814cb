import { describe, expect, it } from 'vitest';
import {
  chart,
  compare,
  type RoutingConfig,
  type Service,
  type SimulatedCall,
  simulate,
  type Traffic,
} from './index.ts';

const two = (more: object = {}): RoutingConfig => ({
  models: { m: { deployments: ['acme/one', 'acme/two'], retries: 1, ...more } },
  providers: { acme: { baseUrl: 'https://acme.test/v1', format: 'openai-chat' } },
});
const steady: Service = { firstToken: 100, perToken: 1 };
const traffic = (services: Traffic['services'], more: Partial<Traffic> = {}): Traffic => ({
  arrivals: { requests: 2_000, perSecond: 20, model: 'm', output: 100 },
  services,
  ...more,
});

describe('simulate', () => {
  it('knows what each request took where nothing goes wrong', () => {
    const { deployments, extra, failing, firstToken, requests, total } = simulate(two(), traffic({ '*': steady }));
    expect([requests, failing, extra]).toEqual([2_000, 0, 0]);
    expect(firstToken.p99).toBeCloseTo(100);
    expect(total.p99).toBeCloseTo(200);
    expect(Object.keys(deployments)).toEqual(['m#0', 'm#1']);
  });

  it('gives the same report for the same seed, and another one for another', () => {
    const drawn = traffic({ '*': { firstToken: { exponential: 300 }, perToken: 3 } });
    expect(simulate(two(), drawn)).toEqual(simulate(two(), drawn));
    expect(simulate(two(), { ...drawn, seed: 2 })).not.toEqual(simulate(two(), drawn));
  });

  it('goes to another deployment where one fails each call, and lets that one rest', () => {
    const dead: Service = { ...steady, faults: [{ kind: 'unavailable', share: 1 }] };
    const { deployments, extra, failing } = simulate(two(), traffic({ 'm#0': dead, '*': steady }));
    expect(failing).toBe(0);
    expect(extra).toBeLessThan(0.05);
    expect(deployments['m#0']?.calls).toBe(deployments['m#0']?.faults);
    expect(deployments['m#0']?.calls).toBeLessThan(100);
  });

  it('ends a stream whose first token does not come in time, and tells it apart from one that answers', () => {
    const config = two({ timeouts: { firstToken: '1s' }, retries: 0 });
    const { failing } = simulate(config, traffic({ 'm#0': { firstToken: 5_000, perToken: 1 }, 'm#1': steady }));
    expect(failing).toBeGreaterThan(0);
    expect(failing).toBeLessThan(0.5);
  });

  it('calls no more often for a request than it may, whatever the causes of its fallbacks', () => {
    const base = two({ retries: 0, fallbacks: { timeout: ['t'] } });
    const t = { deployments: ['acme/three'], retries: 3 };
    const config = {
      ...base,
      models: { ...base.models, t },
      maxAttempts: 2,
      breaker: false,
      retry: { budget: 1 },
    } as const;
    const slow = traffic(
      { '*': { firstToken: 5_000, perToken: 1 } },
      { arrivals: { requests: 5, perSecond: 0.01, model: 'm' } },
    );
    expect(simulate({ ...config, timeouts: { firstToken: '1s' } }, slow)).toMatchObject({ failing: 1, extra: 1 });
  });

  it('does not begin again what is at the client already', () => {
    const cut: Service = { ...steady, faults: [{ kind: 'incomplete', share: 1, midway: true }] };
    const streamed = traffic({ '*': cut }, { arrivals: { requests: 3, perSecond: 1, model: 'm' } });
    expect(simulate(two(), streamed)).toMatchObject({ failing: 1, extra: 0 });
    const whole = traffic({ '*': cut }, { arrivals: { requests: 3, perSecond: 0.1, model: 'm', stream: 0 } });
    expect(simulate(two(), whole)).toMatchObject({ failing: 1, extra: 1 });
  });

  it('lets calls wait where a deployment serves only so many at once', () => {
    const one: RoutingConfig = { models: { m: 'acme/one' }, providers: two().providers ?? {} };
    const busy = traffic(
      { '*': { ...steady, slots: 1 } },
      { arrivals: { requests: 500, perSecond: 4, model: 'm', output: 100 } },
    );
    const { total } = simulate(one, busy);
    // One call takes 200 ms, so 4 a second keep it busy for 0.8 of the time: half of the requests wait, on average for as long again and more.
    expect(total.p50).toBeGreaterThan(200);
    expect(total.p99).toBeGreaterThan(800);
    expect(total.p99).toBeLessThan(5_000);
  });

  it('plays what changes on the way', () => {
    const slow: Service = { firstToken: 1_000, perToken: 1 };
    const later = traffic({ '*': steady }, { changes: [{ at: 50_000, services: { '*': slow } }] });
    const { firstToken } = simulate(two(), later);
    expect(firstToken.p50).toBeLessThanOrEqual(1_000);
    expect(firstToken.p99).toBeCloseTo(1_000);
    expect(simulate(two(), { ...later, changes: [] }).firstToken.p99).toBeCloseTo(100);
  });

  it('prices each call, and says nothing of money where a price is missing', () => {
    const priced = { ...two(), prices: { 'acme/*': { perMillionTokens: { input: '1', output: '10' } } } };
    // 1,000 tokens in and 100 out: 0.001 + 0.001 dollars.
    expect(simulate(priced, traffic({ '*': steady })).usd).toBeCloseTo(4);
    expect(simulate(two(), traffic({ '*': steady })).usd).toBeUndefined();
  });

  it('ends a gray release that does worse than what stays, and lets one go on that does not', () => {
    const config: RoutingConfig = {
      models: {
        m: {
          deployments: ['acme/old'],
          // Grows over the 100 s of the simulation, which begins at this moment.
          split: { to: 'new', from: 1, until: 100, over: '100s', starts: '2026-01-01T00:00:00Z', by: 'request' },
        },
        new: { deployments: ['acme/new'], retries: 0 },
      },
      providers: { acme: { baseUrl: 'https://acme.test/v1', format: 'openai-chat' } },
      breaker: false,
    };
    const bad: Service = { ...steady, faults: [{ kind: 'unavailable', share: 0.5 }] };
    const failed = simulate(config, traffic({ 'm#0': steady, 'new#0': bad })).deployments['new#0']?.faults ?? 0;
    expect(failed).toBeGreaterThan(4);
    expect(failed).toBeLessThan(200);
    // Half of the requests, over a ramp from nothing to all.
    expect(simulate(config, traffic({ '*': steady })).deployments['new#0']?.share).toBeGreaterThan(0.45);
  });

  it('tells of each call to whoever watches', () => {
    const calls: SimulatedCall[] = [];
    const { deployments, seconds } = simulate(
      two(),
      traffic({ 'm#0': { ...steady, faults: [{ kind: 'overloaded', share: 0.1 }] }, '*': steady }),
      { watch: (call) => calls.push(call) },
    );
    const of = (id: string) => calls.filter(({ deployment }) => deployment === id);
    for (const [id, load] of Object.entries(deployments)) {
      expect(of(id)).toHaveLength(load.calls);
      expect(of(id).filter(({ failed }) => failed)).toHaveLength(load.faults);
    }
    expect(calls.every(({ at, caller }) => at >= 0 && at < seconds * 1_000 && caller.startsWith('caller-'))).toBe(true);
  });

  it('says which deployment nobody said how it serves', () => {
    expect(() => simulate(two(), traffic({ 'm#0': steady }))).toThrow('m#1 (acme/two)');
  });

  it('plays the requests of decision records, at the pace at which they came', () => {
    const records = Array.from({ length: 50 }, (_, index) => ({
      v: 1 as const,
      id: `r${index}`,
      policy: '',
      question: {
        model: 'm',
        caller: 'c',
        tags: [],
        stream: true,
        input: 10,
        output: 300,
        now: 5_000 + index * 1_000,
        seed: index,
      },
      turns: {},
      fields: [],
      conditions: {},
      plan: [],
    }));
    const { requests, seconds, total } = simulate(two(), { arrivals: records, services: { '*': steady } });
    expect(requests).toBe(50);
    expect(seconds).toBeCloseTo(49.4);
    expect(total.p50).toBeCloseTo(400);
  });

  it('knows what nobody could do better than', () => {
    const slow: Service = { firstToken: 1_000, perToken: 10 };
    const uneven = traffic({ 'm#0': steady, 'm#1': slow });
    expect(simulate(two(), uneven).total.p99).toBeCloseTo(2_000);
    expect(simulate(two(), uneven, { oracle: true }).total.p99).toBeCloseTo(200);
  });

  it('gives a deployment no more calls at once than its configuration does, and lets the others wait or go elsewhere', () => {
    const at = (concurrency: object): RoutingConfig => ({
      ...two(),
      models: { m: { deployments: [{ model: 'acme/one', concurrency }], retries: 0 } },
    });
    // 20 a second that take 200 ms each keep four busy: with room for five some wait, and nobody in vain; with room for two half of them are too many.
    const roomy = simulate(at({ max: 5, wait: '10s' }), traffic({ '*': steady }));
    expect(roomy.failing).toBe(0);
    expect(roomy.total.p99).toBeGreaterThan(250);
    const narrow = simulate(at({ max: 2, queue: 10, wait: '1s' }), traffic({ '*': steady }));
    expect(Math.abs(narrow.failing - 0.5)).toBeLessThan(0.05);
    expect(narrow.total.p99).toBeLessThan(1_201);
    const spills: RoutingConfig = {
      ...two(),
      models: {
        m: {
          deployments: [
            { model: 'acme/one', concurrency: { max: 2 } },
            { model: 'acme/two', order: 1 },
          ],
        },
      },
    };
    const { deployments, failing, total } = simulate(spills, traffic({ '*': steady }));
    expect([failing, Math.round(total.p99)]).toEqual([0, 200]);
    expect(deployments['m#1']?.share).toBeGreaterThan(0.5);
  });

  it('learns how many calls a deployment takes, so that its queue is short though it is asked for too much', () => {
    const busy = traffic(
      { '*': { ...steady, slots: 10 } },
      { arrivals: { requests: 20_000, perSecond: 100, model: 'm', output: 100, callers: 20 } },
    );
    const lone = (concurrency?: object): RoutingConfig => ({
      ...two(),
      models: { m: { deployments: [{ model: 'acme/one', ...(concurrency && { concurrency }) }], retries: 0 } },
    });
    const free = simulate(lone(), busy);
    const learnt = simulate(lone({ adaptive: true, queue: 20, wait: '2s' }), busy);
    expect(free.firstToken.p50).toBeGreaterThan(10_000);
    expect(learnt.firstToken.p99).toBeLessThan(2_500);
    // It serves fifty of the hundred that come each second, however they are let in.
    expect(learnt.failing).toBeLessThan(0.56);
  });

  it('spreads the requests over gateways that each know what they have seen themselves', () => {
    const dead: Service = { ...steady, faults: [{ kind: 'unavailable', share: 1 }] };
    const services = { 'm#0': dead, '*': steady };
    const [one, many] = [1, 20].map((gateways) => simulate(two(), traffic(services, { gateways })));
    expect(many?.deployments['m#0']?.calls).toBeGreaterThan(2 * (one?.deployments['m#0']?.calls ?? 0));
    expect(many?.failing).toBe(0);
  });
});

describe('compare and chart', () => {
  it('draws the figures of each policy and the load of each deployment', () => {
    const heavy = two({ deployments: [{ model: 'acme/one', weight: 3 }, 'acme/two'] });
    const text = chart(compare({ even: two({ strategy: 'round-robin' }), heavy }, traffic({ '*': steady })));
    expect(text).toContain('even   ████████████████████████████████████████ 100 ms');
    expect(text).toMatch(/load, even\n {2}m#0 {2}█{40} 50\.00 %\n {2}m#1 {2}█{40} 50\.00 %/);
    expect(text).toMatch(/load, heavy\n {2}m#0 {2}█{40} 7\d\.\d\d %\n {2}m#1 {2}█{12,15} 2\d\.\d\d %/);
  });
});
