import { beforeEach, describe, expect, it } from 'vitest';
import type { ScopedLimit } from '../config/limit-types.ts';
import type { Caller, GatewayConfig } from '../config/types.ts';
import { createGateway } from '../gateway.ts';
import type { Gateway } from '../gateway-api.ts';
import { Cancellation } from '../kit/cancel.ts';
import { type ManualClock, manualClock, type ScriptedDispatcher, scriptedDispatcher } from '../testing/index.ts';
import { bodyOf } from '../transport/body-of.ts';
import type { GatewayReply } from '../transport/gateway-request.ts';
import type { GatewayEvents } from './events.ts';

/** Lets what is ready run to where it waits. */
const othersTurn = () => new Promise((resolve) => setImmediate(resolve));

let upstream: ScriptedDispatcher;
let clock: ManualClock;
let ids = 0;
beforeEach(() => {
  upstream = scriptedDispatcher();
  clock = manualClock();
});

const up = (id: string) =>
  ({ format: 'openai-chat', baseUrl: `https://${id}.test/v1`, auth: 'none', fidelity: 'exact' }) as const;

function gatewayWith(limits: readonly ScopedLimit[], more: Partial<GatewayConfig> = {}): Gateway {
  return createGateway(
    {
      access: { identify: (request) => JSON.parse(request.header('x-caller') ?? '{"id":"ann"}') as Caller },
      providers: { a: up('a'), b: up('b') },
      models: { m: { deployments: ['a/one'], retries: 0 }, n: { deployments: ['a/two'], retries: 0 } },
      log: { warn() {}, error() {} },
      limits,
      ...more,
    },
    {
      dispatcher: upstream,
      clock,
      random: () => 0.5,
      randomId: (bytes) => String(++ids).padStart(2 * bytes, '0'),
      environment: {},
    },
  );
}

interface Asked {
  readonly caller?: Caller;
  readonly path?: string;
}

function ask(gateway: Gateway, body: object, { caller = { id: 'ann' }, path = '/v1/chat/completions' }: Asked = {}) {
  const bytes = new TextEncoder().encode(JSON.stringify(body));
  const reply = gateway.handle({
    method: 'POST',
    path,
    query: new URLSearchParams(),
    header: (name) => (name === 'x-caller' ? JSON.stringify(caller) : undefined),
    body: async (limits) => bodyOf(bytes, limits),
    signal: new Cancellation(),
    host: undefined,
  });
  if (reply === undefined) throw new Error('not taken');
  return reply;
}

const chat = (more: object = {}) => ({ model: 'm', messages: [{ role: 'user', content: 'hello' }], ...more });
const answer = (input: number, output: number): string =>
  JSON.stringify({
    id: 'c',
    object: 'chat.completion',
    created: 1,
    model: 'one',
    choices: [{ index: 0, message: { role: 'assistant', content: 'x' }, finish_reason: 'stop' }],
    usage: { prompt_tokens: input, completion_tokens: output, total_tokens: input + output },
  });

/** Asks, and answers with so many tokens when the provider is called. */
async function served(
  gateway: Gateway,
  body: object,
  asked: Asked = {},
  used: readonly [number, number] = [3, 4],
): Promise<GatewayReply> {
  const before = upstream.calls.length;
  const pending = ask(gateway, body, asked);
  let isOver = false;
  void pending.then(() => {
    isOver = true;
  });
  while (!isOver && upstream.calls.length === before) await othersTurn();
  upstream.calls[before]?.respond(200, answer(...used), { 'content-type': 'application/json' });
  return pending;
}

const errorOf = (reply: GatewayReply) => (JSON.parse(String(reply.body)) as { error: Record<string, unknown> }).error;
const statuses = async (gateway: Gateway, body: object, callers: readonly Caller[]): Promise<number[]> => {
  const all: number[] = [];
  for (const caller of callers) all.push((await served(gateway, body, { caller })).status);
  return all;
};

describe('a limit of requests', () => {
  const twice: ScopedLimit = { scope: 'caller', counts: 'requests', max: 2, per: 'minute' };

  it('refuses the one too many with 429, when to come back, and what it is about', async () => {
    const gateway = gatewayWith([twice]);
    expect(await statuses(gateway, chat(), [{ id: 'ann' }, { id: 'ann' }])).toEqual([200, 200]);
    const refused = await ask(gateway, chat());
    expect(refused.status).toBe(429);
    expect(errorOf(refused)).toMatchObject({ type: 'rate_limit_error', code: 'rate_limited' });
    expect(errorOf(refused).message).toContain('requests-per-minute');
    const wait = Number(refused.headers['retry-after']);
    expect(wait).toBe(Math.ceil((60_000 - (clock.now() % 60_000)) / 1000));
    expect(upstream.calls).toHaveLength(2);
  });

  it('begins anew with the next minute', async () => {
    const gateway = gatewayWith([twice]);
    expect(await statuses(gateway, chat(), [{ id: 'ann' }, { id: 'ann' }, { id: 'ann' }])).toEqual([200, 200, 429]);
    clock.advance(60_000);
    expect(await statuses(gateway, chat(), [{ id: 'ann' }])).toEqual([200]);
  });

  it('counts each caller, user, team, tag and end user by itself', async () => {
    const one = (scope: ScopedLimit['scope']): ScopedLimit => ({ scope, counts: 'requests', max: 1 });
    for (const [scope, ann, bob] of [
      ['caller', { id: 'ann' }, { id: 'bob' }],
      ['user', { id: 'k1', user: 'ann' }, { id: 'k2', user: 'bob' }],
      ['team', { id: 'k1', team: 'red' }, { id: 'k2', team: 'blue' }],
      ['organisation', { id: 'k1', organisation: 'x' }, { id: 'k2', organisation: 'y' }],
      ['endUser', { id: 'k1', endUser: 'x' }, { id: 'k1', endUser: 'y' }],
      ['tag', { id: 'k1', tags: ['x', 'z'] }, { id: 'k2', tags: ['y'] }],
    ] as const)
      expect(await statuses(gatewayWith([one(scope)]), chat(), [ann, bob, ann]), scope).toEqual([200, 200, 429]);
  });

  it('for one name and one for each count by themselves, where both hold', async () => {
    const gateway = gatewayWith([
      { scope: 'user', counts: 'requests', max: 3 },
      { scope: 'user:ann', counts: 'requests', max: 2 },
    ]);
    const ann = { id: 'k', user: 'ann' };
    const bob = { id: 'k', user: 'bob' };
    expect(await statuses(gateway, chat(), [ann, ann, ann])).toEqual([200, 200, 429]);
    expect(await statuses(gateway, chat(), [bob, bob, bob, bob])).toEqual([200, 200, 200, 429]);
  });

  it('for one name holds for nobody else, and for nobody who has none', async () => {
    const gateway = gatewayWith([{ scope: 'user:ann', counts: 'requests', max: 0 }]);
    const callers = [{ id: 'k', user: 'ann' }, { id: 'k', user: 'bob' }, { id: 'k' }];
    expect(await statuses(gateway, chat(), callers)).toEqual([429, 200, 200]);
  });

  it('by model counts each model of the name by itself', async () => {
    const gateway = gatewayWith([{ scope: 'caller', counts: 'requests', max: 1, model: '*' }]);
    const all = [];
    for (const model of ['m', 'n', 'm', 'n']) all.push((await served(gateway, chat({ model }))).status);
    expect(all).toEqual([200, 200, 429, 429]);
  });

  it('that is refused by one scope consumes nothing of the others', async () => {
    const gateway = gatewayWith([
      { scope: 'team', counts: 'requests', max: 2 },
      { scope: 'user:ann', counts: 'requests', max: 0 },
    ]);
    const [ann, bob] = [
      { id: 'k', team: 'red', user: 'ann' },
      { id: 'k', team: 'red', user: 'bob' },
    ];
    expect(await statuses(gateway, chat(), [ann, ann, ann, bob, bob, bob])).toEqual([429, 429, 429, 200, 200, 429]);
  });
});

describe('a limit of tokens', () => {
  it('reserves the prompt and the bound of the answer, and counts what was used', async () => {
    const gateway = gatewayWith([{ scope: 'caller', counts: 'tokens', max: 150 }]);
    const first = await served(gateway, chat({ max_tokens: 100 }), {}, [10, 20]);
    expect([first.status, first.headers['x-ratelimit-limit-tokens']]).toEqual([200, '150']);
    // 30 are used, so that about 100 of the bound and the prompt fit once more.
    expect((await served(gateway, chat({ max_tokens: 95 }), {}, [10, 90])).status).toBe(200);
    expect((await served(gateway, chat({ max_tokens: 30 }))).status).toBe(429);
  });

  it('counts prompt and answer apart', async () => {
    const gateway = gatewayWith([{ scope: 'caller', counts: 'outputTokens', max: 50 }]);
    expect((await served(gateway, chat({ max_tokens: 51 }))).status).toBe(429);
    expect((await served(gateway, chat({ max_tokens: 50 }), {}, [9_000, 5])).status).toBe(200);
    expect((await served(gateway, chat({ max_tokens: 45 }))).status).toBe(200);
  });
});

describe('a budget', () => {
  const budget: ScopedLimit = { scope: 'caller', counts: 'usd', max: '0.001' };
  // A dollar for a million tokens of the prompt and ten for those of the answer: 90 of the answer are 0.0009 dollars.
  const prices = { 'a/*': { perMillionTokens: { input: '1', output: '10' } } };

  it('reserves the dearest that may come, counts what came, and refuses for good what is beyond it', async () => {
    const gateway = gatewayWith([budget], { prices });
    expect((await served(gateway, chat({ max_tokens: 90 }), {}, [10, 9])).status).toBe(200);
    // 0.0001 are used: 90 more fit no longer, and 80 do.
    const refused = await ask(gateway, chat({ max_tokens: 90 }));
    expect(refused.status).toBe(429);
    expect(errorOf(refused)).toMatchObject({ type: 'insufficient_quota', code: 'insufficient_quota' });
    expect(refused.headers['x-should-retry']).toBe('false');
    expect((await served(gateway, chat({ max_tokens: 80 }), {}, [10, 80])).status).toBe(200);
  });

  it('is never overspent by calls at the same time', async () => {
    const gateway = gatewayWith([budget], { prices });
    const pending = Array.from({ length: 1_000 }, () => ask(gateway, chat({ max_tokens: 9 })));
    const replies = Promise.all(pending);
    let answered = 0;
    let isOver = false;
    void replies.then(() => {
      isOver = true;
    });
    while (!isOver) {
      for (; answered < upstream.calls.length; answered++)
        upstream.calls[answered]?.respond(200, answer(5, 9), { 'content-type': 'application/json' });
      await othersTurn();
    }
    const served = (await replies).filter(({ status }) => status === 200).length;
    // What each may cost: the prompt as it is estimated, and 9 tokens of the answer.
    const prompt = Math.ceil(JSON.stringify(chat({ max_tokens: 9 })).length / 4);
    expect(served).toBe(Math.floor(1_000_000 / (prompt * 1_000 + 9 * 10_000)));
    expect(upstream.calls).toHaveLength(served);
  });

  it('refuses a model without a known price, unless that is to be flagged', async () => {
    const refused = await ask(gatewayWith([budget]), chat());
    expect([refused.status, errorOf(refused).code]).toEqual([429, 'insufficient_quota']);
    expect(upstream.calls).toHaveLength(0);
    const flagging = gatewayWith([budget], { unknownPrice: 'flag', prices: { 'b/*': prices['a/*'] } });
    expect((await served(flagging, chat())).status).toBe(200);
  });

  describe('without room for the dearest attempt', () => {
    // A token of the answer: 10 microdollars at a/one, a tenth of it at b/two.
    const both = { ...prices, 'b/two': { perMillionTokens: { input: '0.1', output: '1' } } };
    const models = (onBudget?: 'cheaper') => ({
      m: { deployments: ['a/one'], retries: 1, fallbacks: ['n'], ...(onBudget && { onBudget }) },
      n: { deployments: ['b/two'], retries: 0 },
    });

    it('goes on with the cheaper ones where the alias says so, and is refused once none is cheap enough', async () => {
      const gateway = gatewayWith([budget], { prices: both, models: models('cheaper') });
      const reasons: string[] = [];
      gateway.events.on('attempt-start', ({ deployment, reason }) => reasons.push(`${deployment}: ${reason}`));
      expect((await served(gateway, chat({ max_tokens: 90 }), {}, [10, 90])).status).toBe(200);
      expect((await served(gateway, chat({ max_tokens: 60 }), {}, [10, 60])).status).toBe(200);
      expect((await ask(gateway, chat({ max_tokens: 60 }))).status).toBe(429);
      expect(reasons).toEqual(['m#0: weighted', 'n#0: fallback n, within the budget']);
    });

    it('is refused where the alias does not say so', async () => {
      const gateway = gatewayWith([budget], { prices: both, models: models() });
      expect((await ask(gateway, chat({ max_tokens: 150 }))).status).toBe(429);
      expect(upstream.calls).toHaveLength(0);
    });

    it('never goes on with a model whose price nobody knows', async () => {
      const gateway = gatewayWith([budget], { prices, models: models('cheaper'), unknownPrice: 'flag' });
      expect((await ask(gateway, chat({ max_tokens: 150 }))).status).toBe(429);
      expect(upstream.calls).toHaveLength(0);
    });
  });

  it('warns at start where one that callers bring along could never refuse', () => {
    const warned: string[] = [];
    const log = { warn: (message: string) => void warned.push(message), error() {} };
    gatewayWith([], { unknownPrice: 'flag', log });
    expect(warned.filter((message) => message.includes('unknownPrice'))).toHaveLength(1);
    warned.length = 0;
    gatewayWith([], { unknownPrice: 'flag', log, prices });
    expect(warned.filter((message) => message.includes('unknownPrice'))).toHaveLength(0);
  });
});

describe('a limit of what is open at a time', () => {
  it('is given back when the answer is there', async () => {
    const gateway = gatewayWith([{ scope: 'caller', counts: 'concurrency', max: 1 }]);
    const open = ask(gateway, chat());
    const call = await upstream.next();
    expect((await ask(gateway, chat())).status).toBe(429);
    call.respond(200, answer(1, 1), { 'content-type': 'application/json' });
    expect((await open).status).toBe(200);
    await gateway.drain(0).catch(() => {});
    expect(gateway.stats().open).toBe(0);
  });
});

describe('a limit of a provider', () => {
  it('sends the request elsewhere, and refuses it only where there is no other place', async () => {
    const limits: ScopedLimit[] = [{ scope: 'provider:a', counts: 'requests', max: 1 }];
    const models = {
      m: {
        deployments: [
          { model: 'a/one', order: 0 },
          { model: 'b/one', order: 1 },
        ],
        retries: 1,
      },
    };
    const gateway = gatewayWith(limits, { models });
    await served(gateway, chat());
    await served(gateway, chat());
    expect(upstream.calls.map(({ request }) => request.origin)).toEqual(['https://a.test', 'https://b.test']);
    const alone = gatewayWith(limits);
    await served(alone, chat());
    expect((await served(alone, chat())).status).toBe(429);
  });
});

describe('what is left', () => {
  it('stands in the headers that clients of the format read', async () => {
    const gateway = gatewayWith([{ scope: 'caller', counts: 'requests', max: 10 }]);
    const openai = await served(gateway, chat());
    expect(openai.headers).toMatchObject({ 'x-ratelimit-limit-requests': '10', 'x-ratelimit-remaining-requests': '9' });
    const anthropic = await served(gateway, { ...chat(), max_tokens: 9 }, { path: '/v1/messages' });
    expect(anthropic.headers).toMatchObject({
      'anthropic-ratelimit-requests-limit': '10',
      'anthropic-ratelimit-requests-remaining': '8',
    });
  });

  it('is told of a soft limit once, and nothing is refused', async () => {
    const gateway = gatewayWith([{ scope: 'caller', counts: 'requests', max: 1, soft: true }]);
    const crossed: GatewayEvents['limit-crossed'][] = [];
    gateway.events.on('limit-crossed', (event) => crossed.push(event));
    const callers = [{ id: 'ann' }, { id: 'ann' }, { id: 'ann' }];
    expect(await statuses(gateway, chat(), callers)).toEqual([200, 200, 200]);
    expect(crossed.map(({ state }) => [state.scope, state.limit, state.used])).toEqual([
      ['caller:ann', 'requests-per-minute-soft', 2],
    ]);
  });
});

describe('mistakes of a limit', () => {
  it.each<[string, object, string]>([
    ['a negative amount', { scope: 'user', counts: 'requests', max: -1 }, 'limits.0.max'],
    ['no number', { scope: 'user', counts: 'requests', max: Number.NaN }, 'limits.0.max'],
    ['a fraction of a request', { scope: 'user', counts: 'requests', max: 1.5 }, 'limits.0.max'],
    ['a fraction of a nano-dollar', { scope: 'user', counts: 'usd', max: '0.0000000001' }, 'limits.0.max'],
    ['too many dollars', { scope: 'user', counts: 'usd', max: 10_000_000 }, 'limits.0.max'],
    ['an unknown scope', { scope: 'planet', counts: 'requests', max: 1 }, 'limits.0.scope'],
    ['an unknown unit', { scope: 'user', counts: 'euros', max: 1 }, 'limits.0.counts'],
    ['an unknown period', { scope: 'user', counts: 'requests', max: 1, per: 'year' }, 'limits.0.per'],
    ['an unknown zone', { scope: 'user', counts: 'usd', max: 1, timeZone: 'Mars/Base' }, 'limits.0.timeZone'],
    ['a period of concurrency', { scope: 'user', counts: 'concurrency', max: 1, per: 'day' }, 'limits.0.per'],
    [
      'what a rolling window left',
      { scope: 'user', counts: 'requests', max: 1, per: { rolling: '1h' }, rollover: true },
      'limits.0.rollover',
    ],
  ])('%s', (_, limit, path) => {
    expect(() => gatewayWith([limit as ScopedLimit])).toThrow(path);
  });
});
