/** Deployments that are looked up while a gateway runs, with providers behind sockets; what DNS says, and the time, is the test's. */
import {
  createGateway,
  type DeploymentConfig,
  type Gateway,
  type GatewayConfig,
  type GatewayEvents,
  type SrvRecord,
} from '@postern/core';
import { manualClock } from '@postern/core/testing';
import { type ServedSim, type SimOptions, serveSim } from '@postern/sim';
import { afterEach, describe, expect, it } from 'vitest';
import { eventually } from '../kit/eventually.ts';
import { HOST_NAMES, HOSTS } from '../kit/hosts.ts';

const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

async function provider(options: SimOptions = {}): Promise<ServedSim> {
  const sim = await serveSim(options);
  ends.push(() => sim.close());
  return sim;
}

const at = ({ url }: ServedSim, more: Partial<SrvRecord> = {}): SrvRecord => ({
  name: '127.0.0.1',
  port: Number(new URL(url).port),
  priority: 0,
  weight: 1,
  ...more,
});
const callsOf = (...sims: ServedSim[]): number[] => sims.map(({ calls }) => calls.length);

const EVERY = 30_000;
const LOOKED_UP = { discover: 'srv:_llm._tcp.example.test', model: 'acme/sim-text-3', scheme: 'http' } as const;

/** A gateway whose clock stands; `records` is what DNS says, a test may change it. */
function scene(config: Partial<GatewayConfig> = {}) {
  const clock = manualClock();
  const logged: string[] = [];
  const note = (message: string, fields?: object): void => void logged.push(`${message} ${JSON.stringify(fields)}`);
  const changes: GatewayEvents['deployments-changed'][] = [];
  const failures: GatewayEvents['discovery-failed'][] = [];
  const asked: string[] = [];
  const dns: { records: readonly SrvRecord[] | Error | Promise<readonly SrvRecord[]> } = { records: [] };
  const whole: GatewayConfig = {
    access: 'open',
    providers: { acme: { format: 'openai-chat', baseUrl: 'https://llm.acme.test/v1', apiKey: 'k' } },
    models: { m: { deployments: LOOKED_UP, retries: 1 } },
    log: { warn: note, error: note },
    explain: true,
    expose: 'all',
    ...config,
    platform: {
      clock,
      random: () => 0.5,
      async srv(name) {
        asked.push(name);
        const { records } = dns;
        if (records instanceof Error) throw records;
        return records;
      },
      ...config.platform,
    },
  };
  return {
    clock,
    logged,
    changes,
    failures,
    asked,
    dns,
    whole,
    start(): Gateway {
      const gateway = createGateway(whole);
      ends.push(() => gateway.close());
      gateway.events.on('deployments-changed', (event) => changes.push(event));
      gateway.events.on('discovery-failed', (event) => failures.push(event));
      return gateway;
    },
  };
}

const request = (body: object = {}): Request =>
  new Request('http://gateway.test/v1/chat/completions', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'm', messages: [{ role: 'user', content: 'hello' }], ...body }),
  });

async function ask(gateway: Gateway, body?: object): Promise<Response> {
  const response = await gateway.fetch(request(body));
  await response.clone().text();
  return response;
}
async function askTimes(gateway: Gateway, times: number): Promise<number[]> {
  const statuses: number[] = [];
  for (let time = 0; time < times; time++) statuses.push((await ask(gateway)).status);
  return statuses;
}

describe('deployments out of SRV records', () => {
  it.each(HOST_NAMES)('are asked on %s as they join and leave', async (name) => {
    const [east, west] = [await provider(), await provider()];
    const { clock, dns, whole } = scene({ models: { m: { deployments: LOOKED_UP, strategy: 'round-robin' } } });
    dns.records = [at(east)];
    const host = await HOSTS[name](whole);
    ends.push(() => host.close());
    const post = async (): Promise<number> => {
      const response = await fetch(`${host.url}/v1/chat/completions`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ model: 'm', messages: [{ role: 'user', content: 'hello' }] }),
      });
      await response.text();
      return response.status;
    };
    expect([await post(), await post()]).toEqual([200, 200]);
    expect(callsOf(east, west)).toEqual([2, 0]);
    dns.records = [at(west), at(east)];
    await clock.advance(EVERY);
    expect([await post(), await post()]).toEqual([200, 200]);
    expect(callsOf(east, west)).toEqual([3, 1]);
    dns.records = [at(west)];
    await clock.advance(EVERY);
    expect([await post(), await post()]).toEqual([200, 200]);
    expect(callsOf(east, west)).toEqual([3, 3]);
  });

  it('are asked by priority, and share by weight', async () => {
    const [main, spare] = [await provider(), await provider()];
    const { dns, start } = scene();
    dns.records = [at(spare, { priority: 20 }), at(main, { priority: 10, weight: 0 })];
    const gateway = start();
    await askTimes(gateway, 3);
    expect(callsOf(main, spare)).toEqual([3, 0]);
    const told = await gateway.explain(
      { model: 'm', messages: [{ role: 'user', content: 'hello' }] },
      { caller: { id: 'ann' } },
    );
    expect(told.candidates.map(({ order, weight }) => [order, weight])).toEqual([
      [10, 0.01],
      [20, 1],
    ]);
    expect(told.plan[0]?.deployment).toBe(told.candidates[0]?.deployment);
  });

  it('are waited for by the first requests', async () => {
    const sim = await provider();
    const { dns, start } = scene();
    let found: (records: readonly SrvRecord[]) => void = () => {};
    dns.records = new Promise((resolve) => {
      found = resolve;
    });
    const gateway = start();
    const answers = [ask(gateway), ask(gateway)];
    await eventually(() => gateway.stats().open === 2);
    found([at(sim)]);
    expect((await Promise.all(answers)).map(({ status }) => status)).toEqual([200, 200]);
  });

  it('are waited for no longer than a look-up may take, and not by other models', async () => {
    const sim = await provider();
    const { clock, dns, failures, start } = scene({
      providers: { acme: { format: 'openai-chat', baseUrl: `${sim.url}/v1`, apiKey: 'k' } },
      models: { m: { deployments: LOOKED_UP }, other: 'acme/sim-text-3' },
    });
    dns.records = new Promise(() => {});
    const gateway = start();
    const waiting = ask(gateway);
    expect((await ask(gateway, { model: 'other' })).status).toBe(200);
    await eventually(() => gateway.stats().open === 1);
    await clock.advance(10_000);
    expect((await waiting).status).toBe(503);
    expect(failures).toMatchObject([{ alias: 'm' }]);
  });

  it('keep what is known of them: one that rests goes on resting when others join', async () => {
    const [broken, fine, fresh] = [await provider({ fault: () => 'e503' }), await provider(), await provider()];
    const { clock, dns, start } = scene({
      models: { m: { deployments: LOOKED_UP, retries: 1, strategy: 'round-robin' } },
      breaker: { inARow: 2, rest: '10m', longestRest: '10m' },
      retry: { budget: 5 },
    });
    dns.records = [at(broken), at(fine)];
    const gateway = start();
    while (callsOf(broken)[0] !== 2) await ask(gateway);
    dns.records = [at(fresh), at(fine), at(broken)];
    await clock.advance(EVERY);
    expect(await askTimes(gateway, 30)).toEqual(Array.from({ length: 30 }, () => 200));
    expect(callsOf(broken)).toEqual([2]);
    expect(callsOf(fresh)[0]).toBeGreaterThan(0);
  });

  it('let a stream end at one that has left', async () => {
    const [left, joined] = [await provider(), await provider()];
    const { clock, dns, start } = scene({
      models: { m: { deployments: { ...LOOKED_UP, model: 'acme/sim-text-20-gap-20' } } },
    });
    dns.records = [at(left)];
    const gateway = start();
    const response = await gateway.fetch(request({ stream: true }));
    dns.records = [at(joined)];
    await clock.advance(EVERY);
    expect((await response.text()).trimEnd().endsWith('data: [DONE]')).toBe(true);
    expect(left.calls[0]?.end).toBe('finished');
  });

  it('are those of the last list while they can not be looked up, which is warned of once a minute', async () => {
    const sim = await provider();
    const { asked, clock, dns, failures, logged, start } = scene();
    dns.records = [at(sim)];
    const gateway = start();
    expect((await ask(gateway)).status).toBe(200);
    dns.records = new Error('queryR ETIMEOUT');
    await clock.advance(EVERY);
    expect(await askTimes(gateway, 2)).toEqual([200, 200]);
    // 30 s after the first look-up, then 1, 2, 4, 8, 16, 30 and 30 s later.
    await clock.advance(90_000);
    expect(asked).toHaveLength(8);
    expect(failures).toHaveLength(7);
    expect(logged.filter((line) => line.startsWith('deployments could not be looked up'))).toHaveLength(2);
    expect(logged.join()).toContain('ETIMEOUT');
    dns.records = [];
    await clock.advance(EVERY);
    expect((await ask(gateway)).status).toBe(503);
  });

  it('refuse with 503 and Retry-After while there are none, unless there is a fallback', async () => {
    const sim = await provider();
    const { clock, dns, start } = scene({
      providers: { acme: { format: 'openai-chat', baseUrl: `${sim.url}/v1`, apiKey: 'k' } },
      models: {
        m: { deployments: LOOKED_UP },
        safe: { deployments: LOOKED_UP, fallbacks: ['other'] },
        other: 'acme/sim-text-3',
      },
    });
    // The service is decidedly not there (RFC 2782).
    dns.records = [{ name: '.', port: 0, priority: 0, weight: 0 }];
    const gateway = start();
    const refused = await ask(gateway);
    expect(refused.status).toBe(503);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await ask(gateway, { model: 'safe' })).status).toBe(200);
    expect((await ask(gateway, { model: 'other', fallbacks: ['m'] })).status).toBe(200);
    expect(gateway.models().map(({ id }) => id)).toContain('m');
    dns.records = [at(sim)];
    await clock.advance(EVERY);
    expect((await ask(gateway)).status).toBe(200);
  });

  it('change nothing while the answer is the same in another order', async () => {
    const [one, two] = [await provider(), await provider()];
    const { asked, changes, clock, dns, start } = scene();
    dns.records = [at(one), at(two)];
    const gateway = start();
    await ask(gateway);
    expect(changes).toHaveLength(1);
    dns.records = [at(two), at(one)];
    await clock.advance(3 * EVERY);
    expect(asked).toHaveLength(4);
    expect(changes).toHaveLength(1);
  });

  it('leave a gray release where it is', async () => {
    const [old, fresh, more] = [await provider(), await provider({ fault: () => 'e500' }), await provider()];
    const { clock, dns, start } = scene({
      providers: {
        acme: { format: 'openai-chat', baseUrl: 'https://llm.acme.test/v1', apiKey: 'k' },
        next: { format: 'openai-chat', baseUrl: `${fresh.url}/v1`, apiKey: 'k' },
      },
      models: {
        m: { deployments: LOOKED_UP, split: { to: 'new', from: 50, until: 100, over: '1h', by: 'request' } },
        new: { deployments: ['next/sim-text-3'], retries: 0 },
      },
      breaker: false,
      retry: { budget: 5 },
      platform: { random: Math.random },
    });
    dns.records = [at(old)];
    const gateway = start();
    const rolledBack: unknown[] = [];
    gateway.events.on('rolled-back', (event) => rolledBack.push(event));
    while (rolledBack.length === 0) await ask(gateway);
    const calls = callsOf(fresh)[0];
    dns.records = [at(old), at(more)];
    await clock.advance(1.2 * EVERY);
    await askTimes(gateway, 20);
    expect(callsOf(fresh)[0]).toBe(calls);
    expect(callsOf(more)[0]).toBeGreaterThan(0);
  });

  it('are looked up no more once the gateway is closed', async () => {
    const { asked, clock, dns, start } = scene();
    dns.records = new Promise(() => {});
    const gateway = start();
    await gateway.close();
    expect(clock.pending).toBe(0);
    await clock.advance(10 * EVERY);
    expect(asked).toHaveLength(1);
  });

  it('stay over a reload that asks for the same, and are looked up anew by one that asks for others', async () => {
    const [one, two] = [await provider(), await provider()];
    const { asked, changes, clock, dns, start, whole } = scene();
    dns.records = [at(one)];
    const gateway = start();
    await ask(gateway);
    dns.records = new Promise(() => {});
    const { models, providers } = whole;
    gateway.reload({ models: models ?? {}, providers: providers ?? {}, expose: 'all' });
    // Nobody waits for the look-up that is under way.
    expect((await ask(gateway)).status).toBe(200);
    dns.records = [at(two)];
    const other = { ...LOOKED_UP, discover: 'srv:_other._tcp.example.test' };
    gateway.reload({ models: { m: { deployments: other } }, providers: providers ?? {} });
    expect((await ask(gateway)).status).toBe(200);
    expect(callsOf(one, two)).toEqual([2, 1]);
    expect(asked).toEqual(['_llm._tcp.example.test', '_llm._tcp.example.test', '_other._tcp.example.test']);
    expect(changes).toHaveLength(2);
    gateway.reload({ models: { m: 'acme/x' }, providers: providers ?? {} });
    await clock.advance(10 * EVERY);
    expect(asked).toHaveLength(3);
  });

  it('are told by names that hold no address, in explanations, records and limits', async () => {
    const [one, two] = [await provider(), await provider()];
    const { changes, dns, start } = scene({
      limits: [{ scope: 'deployment', counts: 'requests', max: 1, per: 'day' }],
    });
    dns.records = [at(one), at(two)];
    const gateway = start();
    const records: unknown[] = [];
    gateway.events.on('decision', (record) => records.push(record));
    const answers = [await ask(gateway), await ask(gateway), await ask(gateway)];
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 429]);
    expect(callsOf(one, two)).toEqual([1, 1]);
    const ids = changes[0]?.joined.map(({ deployment }) => deployment) ?? [];
    expect(new Set(answers.slice(0, 2).map(({ headers }) => headers.get('x-postern-deployment')))).toEqual(
      new Set(ids),
    );
    const path = `http://gateway.test/explain/${answers[0]?.headers.get('x-postern-request-id')}`;
    const told = await (await gateway.fetch(new Request(path))).text();
    for (const id of ids) {
      expect(id).toMatch(/^m#[0-9a-f]{12}$/);
      expect(told).toContain(id);
      expect(JSON.stringify(records)).toContain(id);
    }
    expect(told + JSON.stringify(records)).not.toContain('127.0.0.1');
    expect(changes[0]?.joined.map(({ baseUrl }) => baseUrl).sort()).toEqual([`${one.url}/v1`, `${two.url}/v1`].sort());
  });

  it('are left out where a record holds no name of a host', async () => {
    const sim = await provider();
    const { dns, logged, start } = scene();
    dns.records = [at(sim), at(sim, { name: 'user:secret@evil.test/x' }), at(sim, { name: 'elsewhere.test' })];
    const gateway = start();
    expect(await askTimes(gateway, 3)).toEqual([200, 200, 200]);
    // The one is no host name, the other would be reached without TLS.
    expect(logged.filter((line) => line.startsWith('a deployment that was found is left out'))).toHaveLength(2);
  });
});

describe('deployments that a function of the host finds', () => {
  const found = (list: () => unknown, more: Partial<GatewayConfig> = {}) =>
    scene({
      discover: { mine: list as () => readonly DeploymentConfig[] },
      models: { m: { deployments: { discover: 'mine', every: '5s' }, retries: 1 } },
      ...more,
    });

  it('are checked as if they stood in the configuration: a wrong one is left out, and said once', async () => {
    const sim = await provider();
    const baseUrl = `${sim.url}/v1`;
    const list = [
      { model: 'acme/sim-text-3', baseUrl, weigth: 2 },
      'acme',
      { model: 'nobody/x' },
      { model: 'acme/sim-text-3', baseUrl, tags: ['a tag'] },
      null,
      { model: 'acme/sim-text-3', baseUrl: 'http://elsewhere.test/v1' },
      { model: 'acme/sim-text-3', baseUrl },
    ];
    const { changes, clock, logged, start } = found(() => list);
    const gateway = start();
    expect(await askTimes(gateway, 5)).toEqual([200, 200, 200, 200, 200]);
    await clock.advance(20_000);
    expect(changes.flatMap(({ joined }) => joined)).toMatchObject([{ model: 'acme/sim-text-3', baseUrl }]);
    const left = logged.filter((line) => line.startsWith('a deployment that was found is left out'));
    expect(left).toHaveLength(6);
    expect(left.map((line) => /"entry":(\d)/.exec(line)?.[1])).toEqual(['0', '1', '2', '3', '4', '5']);
    expect(left[0]).toContain('`weight`');
    expect(left[5]).toContain('https');
  });

  it('harm nothing when it throws, waits for ever or gives no list', async () => {
    const sim = await provider();
    const answers: (() => unknown)[] = [
      () => [{ model: 'acme/sim-text-3', baseUrl: `${sim.url}/v1` }],
      () => {
        throw new Error('no');
      },
      () => Promise.reject(new Error('no')),
      () => ({ not: 'a list' }),
      () => new Promise(() => {}),
      () => {
        const circle: unknown[] = [];
        circle.push(circle);
        return circle;
      },
    ];
    const { clock, failures, start } = found(() => answers.shift()?.());
    const gateway = start();
    expect((await ask(gateway)).status).toBe(200);
    await clock.advance(5_000 + 1_000 + 2_000 + 4_000 + 10_000 + 5_000);
    expect(answers).toEqual([]);
    expect(failures).toHaveLength(5);
    expect((await ask(gateway)).status).toBe(200);
  });

  it('may say their key and price, which no log shows', async () => {
    const sim = await provider();
    const key = 'a-plain-looking-key-of-the-host';
    const list = (input: string) => [
      {
        model: 'acme/sim-text-3',
        baseUrl: `${sim.url}/v1`,
        apiKey: key,
        price: { perMillionTokens: { input, output: '0' } },
      },
    ];
    let now = list('1');
    const { clock, whole, start, logged } = found(() => now);
    const gateway = start();
    const costs: (string | undefined)[] = [];
    gateway.events.on('request-end', ({ cost }) => costs.push(cost));
    await ask(gateway);
    now = list('2');
    await clock.advance(5_000);
    await ask(gateway);
    expect(sim.calls[0]?.headers['authorization']).toBe(`Bearer ${key}`);
    expect(Number(costs[1])).toBe(2 * Number(costs[0]));
    expect(Number(costs[0])).toBeGreaterThan(0);
    now = [{ ...list('2')[0], apiKey: undefined } as never];
    await clock.advance(5_000);
    expect(JSON.stringify([whole.models, logged])).not.toContain(key);
  });

  it('keep the order in which it names them', async () => {
    const sims = [await provider(), await provider()];
    const list = sims.map(({ url }) => ({ model: 'acme/sim-text-3', baseUrl: `${url}/v1` }));
    const { clock, start } = found(() => list, {
      models: { m: { deployments: { discover: 'mine', every: '5s' }, strategy: 'priority' } },
    });
    const gateway = start();
    await ask(gateway);
    list.reverse();
    await clock.advance(5_000);
    await askTimes(gateway, 2);
    expect(callsOf(...sims)).toEqual([1, 2]);
  });
});
