import { beforeEach, describe, expect, it } from 'vitest';
import type { GatewayConfig } from '../config/types.ts';
import { createGateway } from '../gateway.ts';
import type { Gateway, WireBody } from '../gateway-api.ts';
import { Cancellation } from '../kit/cancel.ts';
import type { DecisionRecord } from '../router/decision.ts';
import { memoryStore } from '../store/memory.ts';
import { type ManualClock, manualClock, type ScriptedDispatcher, scriptedDispatcher } from '../testing/index.ts';
import { bodyOf } from '../transport/body-of.ts';
import type { GatewayReply } from '../transport/gateway-request.ts';
import type { Explanation } from './explanation.ts';

let upstream: ScriptedDispatcher;
let clock: ManualClock;

beforeEach(() => {
  upstream = scriptedDispatcher();
  clock = manualClock();
});

const KEY = 'canary-key-of-a-provider';
const HOST = 'canary-host.test';
const SAID = 'canary words of the client';
const ANSWERED = 'canary words of the model';

const up = { format: 'openai-chat', baseUrl: `https://${HOST}/v1`, apiKey: KEY, fidelity: 'exact' } as const;

function gatewayWith(config: Partial<GatewayConfig> = {}): Gateway {
  let ids = 0;
  return createGateway(
    {
      access: { identify: (request) => ({ id: request.header('x-caller') ?? 'alice' }) },
      providers: { a: up, b: up },
      models: { m: { deployments: ['a/one', 'b/two'], strategy: 'round-robin', retries: 1 } },
      log: { warn() {}, error() {} },
      explain: true,
      ...config,
    },
    {
      dispatcher: upstream,
      clock,
      random: () => 0.5,
      randomId: (bytes: number) => String(++ids).padStart(2 * bytes, '0'),
      environment: {},
    },
  );
}

const chat = (more: object = {}): WireBody => ({ model: 'm', messages: [{ role: 'user', content: SAID }], ...more });

function send(gateway: Gateway, method: string, path: string, body: unknown, caller = 'alice') {
  return gateway.handle({
    method,
    path,
    query: new URLSearchParams(),
    header: (name) => (name === 'x-caller' ? caller : undefined),
    body: async (limits) => bodyOf(new TextEncoder().encode(JSON.stringify(body)), limits),
    signal: new Cancellation(),
    host: undefined,
  });
}
const ask = (gateway: Gateway, body: unknown, caller?: string): Promise<GatewayReply> =>
  send(gateway, 'POST', '/v1/chat/completions', body, caller) as Promise<GatewayReply>;
const explanationOf = async (gateway: Gateway, id: string | undefined, caller?: string) => {
  const reply = (await send(gateway, 'GET', `/explain/${id}`, undefined, caller)) as GatewayReply;
  return { status: reply.status, text: String(reply.body), told: JSON.parse(String(reply.body)) as Explanation };
};

const completion = {
  id: 'c1',
  object: 'chat.completion',
  created: 1,
  model: 'one',
  choices: [{ index: 0, message: { role: 'assistant', content: ANSWERED }, logprobs: null, finish_reason: 'stop' }],
  usage: { prompt_tokens: 3, completion_tokens: 4, total_tokens: 7 },
};

/** A request that the first deployment fails and the second one answers. */
async function failedOver(gateway: Gateway, more: object = {}): Promise<GatewayReply> {
  const asked = ask(gateway, chat(more));
  (await upstream.next()).respond(503, { error: { message: SAID } });
  (await upstream.next()).respond(200, completion);
  return asked;
}

describe('GET /explain/{request-id}', () => {
  it('tells who was looked at, who was asked in which order and why, and what came of it', async () => {
    const gateway = gatewayWith();
    const { headers } = await failedOver(gateway);
    const { status, told } = await explanationOf(gateway, headers['x-postern-request-id']);
    expect(status).toBe(200);
    expect(told.candidates.map(({ deployment, model }) => [deployment, model])).toEqual([
      ['m#0', 'a/one'],
      ['m#1', 'b/two'],
    ]);
    expect(told.plan.map(({ deployment, reason }) => [deployment, reason])).toEqual([
      ['m#0', 'round-robin'],
      ['m#1', 'retry 1'],
    ]);
    expect(told.plan[0]).toMatchObject({ firstToken: 60_000, idle: 30_000, total: 600_000 });
    expect(told.attempts.map(({ deployment, fault, outcome }) => [deployment, outcome, fault])).toEqual([
      ['m#0', 'fault', 'overloaded'],
      ['m#1', 'ok', undefined],
    ]);
    expect(told.outcome).toBe('ok');
    expect(told.question).toMatchObject({ model: 'm', caller: 'alice', stream: false, now: clock.now() });
  });

  it('tells how each deployment fared when it was decided, and of one that rested that it did and why', async () => {
    const gateway = gatewayWith({
      models: { m: { deployments: ['a/one', 'b/two'], strategy: 'round-robin', retries: 0 } },
    });
    const first = ask(gateway, chat());
    (await upstream.next()).respond(429, { error: {} }, { 'content-type': 'application/json', 'retry-after': '20' });
    await first;
    await clock.advance(5_000);
    const second = ask(gateway, chat());
    (await upstream.next()).respond(200, completion);
    const { told } = await explanationOf(gateway, (await second).headers['x-postern-request-id']);
    expect(told.candidates.map(({ out }) => out)).toEqual(['rests for 15000 ms more after rate-limited', undefined]);
    expect(told.candidates[0]?.condition).toMatchObject({ tripped: true, calls: 1, failing: 1, fault: 'rate-limited' });
    expect(told.plan.map(({ deployment }) => deployment)).toEqual(['m#1']);
  });

  it('tells what spoke against a model that was left out', async () => {
    const gateway = gatewayWith({
      models: {
        m: { deployments: [{ model: 'a/one', capabilities: { tools: false } }, 'b/two'], strategy: 'round-robin' },
      },
    });
    const tools = [{ type: 'function', function: { name: 'f', parameters: { type: 'object' } } }];
    const asked = ask(gateway, chat({ tools }));
    (await upstream.next()).respond(200, completion);
    const { told } = await explanationOf(gateway, (await asked).headers['x-postern-request-id']);
    expect(told.candidates.map(({ out }) => out)).toEqual([expect.stringContaining('does not take'), undefined]);
  });

  it('tells of a deployment that is not for the request which condition it does not meet', async () => {
    const models = {
      m: {
        deployments: [
          'a/one',
          { model: 'a/two', tags: ['eu'], region: 'us' },
          { model: 'b/three', tags: ['eu'], region: 'eu', hours: { from: '10:00', to: '11:00' } },
          { model: 'b/four', tags: ['eu'], region: 'eu' },
        ],
      },
    };
    await clock.advance(Date.parse('2026-03-02T12:00:00Z') - clock.now());
    const { candidates } = await gatewayWith({ models }).explain(chat(), {
      caller: { id: 'alice', tags: ['eu'], regions: ['eu'] },
    });
    expect(candidates.map(({ out }) => out)).toEqual([
      'does not carry the tags eu',
      'is not in the regions eu',
      'is closed at this hour',
      undefined,
    ]);
  });

  it('tells of so many tokens as all answers together may have', async () => {
    const { question } = await gatewayWith().explain(chat({ max_tokens: 100, n: 8 }), { caller: { id: 'alice' } });
    expect(question?.output).toBe(800);
  });

  it('names the model of a deployment that has no alias', async () => {
    const gateway = gatewayWith({ allowDirect: ['a/*'] });
    const told = await gateway.explain(chat({ model: 'a/large' }), { caller: { id: 'alice' } });
    expect(told.candidates.map(({ deployment, model }) => [deployment, model])).toEqual([['a/large', 'a/large']]);
  });

  it('answers nobody but the caller of the request, and neither tells the others that there was one', async () => {
    const gateway = gatewayWith();
    const { headers } = await failedOver(gateway);
    const foreign = await explanationOf(gateway, headers['x-postern-request-id'], 'mallory');
    const unknown = await explanationOf(gateway, 'nobody-asked', 'mallory');
    expect(foreign.status).toBe(404);
    expect(foreign.text).toBe(unknown.text);
  });

  it('says no URL, no key and nothing of the content', async () => {
    const gateway = gatewayWith();
    const records: DecisionRecord[] = [];
    gateway.events.on('decision', (record) => records.push(record));
    const { headers } = await failedOver(gateway, { user: SAID });
    const { text } = await explanationOf(gateway, headers['x-postern-request-id']);
    for (const said of [
      text,
      JSON.stringify(records),
      JSON.stringify(await gateway.explain(chat(), { caller: { id: 'alice' } })),
    ])
      expect(said).not.toMatch(/canary|https?:/);
    expect(records).toHaveLength(1);
  });

  it('is told of a request that failed, by the code of its error', async () => {
    const gateway = gatewayWith({ models: { m: { deployments: ['a/one'], retries: 0 } } });
    const asked = ask(gateway, chat());
    (await upstream.next()).respond(500, { error: {} });
    const { told } = await explanationOf(gateway, (await asked).headers['x-postern-request-id']);
    expect([told.outcome, told.error]).toEqual(['fault', 'upstream_unavailable']);
  });

  it('forgets the oldest requests, and remembers as many as it is told to', async () => {
    const gateway = gatewayWith({ explain: { keep: 2 } });
    const ids: (string | undefined)[] = [];
    for (let count = 0; count < 6; count++) ids.push((await failedOver(gateway)).headers['x-postern-request-id']);
    const statuses = await Promise.all(ids.map(async (id) => (await explanationOf(gateway, id)).status));
    expect(statuses[0]).toBe(404);
    expect(statuses.slice(-2)).toEqual([200, 200]);
  });

  it('is not ours unless it is enabled', async () => {
    const gateway = gatewayWith({ explain: false });
    expect(send(gateway, 'GET', '/explain/x', undefined)).toBeUndefined();
    gateway.reload({ providers: { a: up }, models: { m: 'a/one' }, explain: true });
    expect((await explanationOf(gateway, 'x')).status).toBe(404);
  });
});

describe('dry_run', () => {
  it('tells how the request would be served and calls, reserves and counts nothing', async () => {
    const store = memoryStore();
    const gateway = gatewayWith({ store, limits: [{ scope: 'caller', counts: 'requests', max: 1, per: 'day' }] });
    for (let count = 0; count < 3; count++) {
      const reply = await ask(gateway, chat({ dry_run: true }));
      const told = JSON.parse(String(reply.body)) as Explanation;
      expect(reply.status).toBe(200);
      expect(told.plan.map(({ deployment }) => deployment)).toEqual(['m#0', 'm#1']);
      expect(told.attempts).toEqual([]);
    }
    expect(upstream.calls).toEqual([]);
    expect((await gateway.standing({ id: 'alice' }))[0]?.used ?? 0).toBe(0);
    expect((await failedOver(gateway)).status).toBe(200);
  });

  it('tells what each target would leave out, and which could not serve it at all', async () => {
    const gateway = gatewayWith({
      providers: { a: up, b: { ...up, format: 'anthropic-messages' } },
    });
    const told = JSON.parse(
      String((await ask(gateway, chat({ dry_run: true, logit_bias: { 1: 2 } }))).body),
    ) as Explanation;
    expect(told.plan.map(({ dropped, inserted }) => [dropped, inserted?.length])).toEqual([
      [[], 0],
      [['logit_bias'], 1],
    ]);
  });

  it('is refused where it is not enabled, and not served in earnest', async () => {
    const gateway = gatewayWith({ explain: false });
    const reply = await ask(gateway, chat({ dry_run: true }));
    expect(reply.status).toBe(400);
    expect(String(reply.body)).toContain('dry_run');
    expect(upstream.calls).toEqual([]);
  });

  it.each(['true', 1, {}])('is refused as %j: it may be meant', async (dry_run) => {
    const reply = await ask(gatewayWith(), chat({ dry_run }));
    expect(reply.status).toBe(400);
    expect(upstream.calls).toEqual([]);
  });

  it('says in its event that it is one, so that nobody counts it', async () => {
    const gateway = gatewayWith();
    const ends: unknown[] = [];
    gateway.events.on('request-end', ({ dry }) => ends.push(dry));
    await ask(gateway, chat({ dry_run: true }));
    await failedOver(gateway);
    expect(ends).toEqual([true, undefined]);
  });

  it('is refused to a caller who may not use the model', async () => {
    const gateway = gatewayWith({ access: { identify: () => ({ id: 'alice', models: ['other'] }) } });
    expect((await ask(gateway, chat({ dry_run: true }))).status).toBe(403);
  });
});

describe('gateway.explain', () => {
  it('tells the same in process, whether or not callers may ask', async () => {
    const gateway = gatewayWith({ explain: false });
    const told = await gateway.explain(chat(), { caller: { id: 'alice' } });
    expect(told.plan.map(({ deployment }) => deployment)).toEqual(['m#0', 'm#1']);
    await expect(gateway.explain(chat({ model: 'nothing' }), { caller: { id: 'alice' } })).rejects.toMatchObject({
      code: 'model_not_found',
    });
    expect(gateway.stats()).toMatchObject({ open: 0, requests: 0 });
  });

  it('says in its events that nothing is to be counted', async () => {
    const gateway = gatewayWith();
    const told: unknown[] = [];
    for (const name of ['request-start', 'request-end'] as const) gateway.events.on(name, ({ dry }) => told.push(dry));
    await gateway.explain(chat(), { caller: { id: 'alice' } });
    expect(told).toEqual([true, true]);
  });

  it('changes nothing of what is decided next', async () => {
    const gateway = gatewayWith();
    await gateway.explain(chat(), { caller: { id: 'alice' } });
    const { headers } = await failedOver(gateway);
    const { told } = await explanationOf(gateway, headers['x-postern-request-id']);
    expect(told.attempts[0]?.deployment).toBe('m#0');
  });
});
