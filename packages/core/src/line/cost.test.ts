import { describe, expect, it, vi } from 'vitest';
import type { PriceConfig } from '../config/price-types.ts';
import type { GatewayConfig } from '../config/types.ts';
import type { PriceBook } from '../cost/price.ts';
import { createGateway } from '../gateway.ts';
import { memoryStore } from '../store/memory.ts';
import { manualClock, scriptedDispatcher } from '../testing/index.ts';
import type { GatewayEvents } from './events.ts';

const providers = {
  acme: { format: 'openai-chat', baseUrl: 'https://acme.test/v1', apiKey: 'k', fidelity: 'exact', streamUsage: true },
  globex: { format: 'openai-chat', baseUrl: 'https://globex.test/v1', apiKey: 'k', fidelity: 'exact' },
} as const;
const PRICE: PriceConfig = {
  perMillionTokens: { input: '2', cacheRead: '0.5', output: '8' },
  tiers: [{ service: 'flex', perMillionTokens: { input: '1', cacheRead: '0.25', output: '4' } }],
};
const HEAD = { id: 'c1', object: 'chat.completion', created: 1, model: 'one' };
const choice = (more: object) => [{ index: 0, logprobs: null, finish_reason: 'stop', ...more }];
const answer = (usage?: object, more: object = {}) => ({
  ...HEAD,
  choices: choice({ message: { role: 'assistant', content: 'hello', refusal: null } }),
  ...(usage === undefined ? {} : { usage }),
  ...more,
});
const USAGE = {
  prompt_tokens: 1000,
  completion_tokens: 100,
  total_tokens: 1100,
  prompt_tokens_details: { cached_tokens: 200 },
};

function started(config: Partial<GatewayConfig> = {}) {
  const upstream = scriptedDispatcher();
  const ended: GatewayEvents['request-end'][] = [];
  const store = memoryStore();
  let ids = 0;
  const gateway = createGateway<Request>(
    {
      access: 'open',
      providers,
      models: { m: { deployments: ['acme/one'], retries: 1 } },
      prices: { 'acme/one': PRICE },
      expose: 'all',
      store,
      log: { warn() {}, error() {} },
      ...config,
    } as GatewayConfig<Request>,
    {
      dispatcher: upstream,
      clock: manualClock(),
      random: () => 0.5,
      randomId: (bytes: number) => String(++ids).padStart(2 * bytes, '0'),
      environment: {},
    },
  );
  gateway.events.on('request-end', (event) => ended.push(event));
  const ask = (more: object = {}, path = '/v1/chat/completions') =>
    gateway.fetch(
      new Request(`https://gateway.test${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ model: 'm', messages: [{ role: 'user', content: 'hi' }], ...more }),
      }),
    ) as Promise<Response>;
  return { upstream, ended, ask, store };
}

const record = (ended: readonly GatewayEvents['request-end'][]) => ended[0]?.attempts.at(-1);

describe('the cost of an answer', () => {
  it('stands on its attempt in nano-dollars, in the event, in the ledger and in dollars in the header', async () => {
    const { upstream, ended, ask, store } = started();
    const pending = ask();
    (await upstream.next()).respond(200, answer(USAGE));
    const response = await pending;
    // 800 × 2,000 + 200 × 500 + 100 × 8,000 nano-dollars
    expect(record(ended)).toMatchObject({ cost: '2500000' });
    expect(record(ended)).not.toHaveProperty('unpriced');
    expect(ended[0]).toMatchObject({ cost: '2500000', unpriced: false });
    expect(response.headers.get('x-postern-cost')).toBe('0.0025');
    const [total] = await store.ledger.totals({}, [], { now: 0, deadline: 1e15 });
    expect(total).toMatchObject({ cost: 2_500_000n, unpriced: 0 });
  });

  it('is that of the service tier that the provider told, whole or streamed', async () => {
    for (const stream of [false, true]) {
      const { upstream, ended, ask } = started();
      const pending = ask({ stream });
      const call = await upstream.next();
      if (stream) {
        const wire = call.stream({ 'content-type': 'text/event-stream' });
        const head = { ...HEAD, object: 'chat.completion.chunk', service_tier: 'flex' };
        for (const event of [
          { ...head, choices: choice({ delta: { role: 'assistant', content: 'hello' } }) },
          { ...head, choices: [], usage: USAGE },
        ])
          wire.write(`data: ${JSON.stringify(event)}\n\n`);
        wire.write('data: [DONE]\n\n');
        wire.end();
      } else call.respond(200, answer(USAGE, { service_tier: 'flex' }));
      const response = await pending;
      await response.text();
      await vi.waitFor(() => expect(record(ended)).toMatchObject({ cost: '1250000' }));
      // Of a stream it is not known when the headers go.
      expect(response.headers.get('x-postern-cost')).toBe(stream ? null : '0.00125');
    }
  });

  it('is unknown and never 0 where a class has no price', async () => {
    const { upstream, ended, ask } = started();
    const pending = ask();
    (await upstream.next()).respond(200, answer({ ...USAGE, prompt_tokens_details: { audio_tokens: 5 } }));
    expect((await pending).headers.get('x-postern-cost')).toBe('unpriced');
    expect(record(ended)).toMatchObject({ unpriced: true });
    expect(record(ended)).not.toHaveProperty('cost');
    expect(ended[0]).toMatchObject({ cost: undefined, unpriced: true });
  });

  it('is unknown where the model has no price', async () => {
    const { upstream, ended, ask } = started({ prices: { 'globex/one': PRICE } });
    const pending = ask();
    (await upstream.next()).respond(200, answer(USAGE));
    expect((await pending).headers.get('x-postern-cost')).toBe('unpriced');
    expect(record(ended)).toMatchObject({ unpriced: true });
  });

  it('is an estimate where the provider told no usage, and says so in the record, the event and the header', async () => {
    for (const path of ['/v1/chat/completions', '/v1/messages']) {
      const { upstream, ended, ask } = started();
      const pending = ask({ max_tokens: 9 }, path);
      (await upstream.next()).respond(200, answer());
      expect((await pending).headers.get('x-postern-cost')).toMatch(/^0\.\d+; estimated$/);
      expect(record(ended)).toMatchObject({ estimated: true, cost: expect.stringMatching(/^[1-9]\d*$/) });
      expect(ended[0]).toMatchObject({ unpriced: false, usage: { estimated: true } });
    }
  });

  it('is 0 and no estimate where the provider told that it used nothing', async () => {
    for (const path of ['/v1/chat/completions', '/v1/messages']) {
      const { upstream, ended, ask } = started();
      const pending = ask({ max_tokens: 9 }, path);
      (await upstream.next()).respond(200, answer({ prompt_tokens: 0, completion_tokens: 0, total_tokens: 0 }));
      expect((await pending).headers.get('x-postern-cost')).toBe('0');
      expect(record(ended)).toMatchObject({ cost: '0', usage: { input: 0, output: 0 } });
      expect(record(ended)).not.toHaveProperty('estimated');
      expect(ended[0]?.usage).not.toHaveProperty('estimated');
    }
  });

  it('of an estimate is marked as one', async () => {
    const { upstream, ended, ask } = started();
    const pending = ask({ stream: true });
    const wire = (await upstream.next()).stream({ 'content-type': 'text/event-stream' });
    const head = { ...HEAD, object: 'chat.completion.chunk' };
    wire.write(
      `data: ${JSON.stringify({ ...head, choices: choice({ delta: { content: 'hello you' } }) })}\n\ndata: [DONE]\n\n`,
    );
    wire.end();
    await (await pending).text();
    await vi.waitFor(() =>
      expect(record(ended)).toMatchObject({ estimated: true, cost: expect.stringMatching(/^[1-9]\d*$/) }),
    );
  });

  it('is 0 for what the provider refused, so that only the answer is paid', async () => {
    const { upstream, ended, ask } = started({
      models: {
        m: {
          deployments: [
            { model: 'globex/two', order: 0 },
            { model: 'acme/one', order: 1 },
          ],
          retries: 1,
        },
      },
    });
    const pending = ask();
    (await upstream.next()).respond(500, { error: { message: 'boom' } });
    (await upstream.next()).respond(200, answer(USAGE));
    expect((await pending).headers.get('x-postern-cost')).toBe('0.0025');
    expect(ended[0]?.attempts.map(({ cost }) => cost)).toEqual(['0', '2500000']);
  });

  it('is shown to nobody who sees no deployments either', async () => {
    const { upstream, ask } = started({ expose: 'minimal' });
    const pending = ask();
    (await upstream.next()).respond(200, answer(USAGE));
    expect((await pending).headers.get('x-postern-cost')).toBeNull();
  });

  it('is not asked for where no prices are configured', async () => {
    const { upstream, ended, ask } = started({ prices: {} });
    const pending = ask();
    (await upstream.next()).respond(200, answer(USAGE));
    expect((await pending).headers.get('x-postern-cost')).toBeNull();
    expect(record(ended)).not.toHaveProperty('unpriced');
    expect(ended[0]).toMatchObject({ cost: undefined, unpriced: false });
  });

  it('comes from the book, under what the configuration says for the provider, the model and the deployment', async () => {
    const priceBook: PriceBook = {
      date: '2026-11-29',
      find: (provider, model) =>
        provider === 'acme' && model === 'one'
          ? { rates: { input: 2_000_000_000, cacheRead: 0, output: 8_000_000_000 } }
          : undefined,
      list: () => [],
    };
    const cases: [Partial<GatewayConfig>, string][] = [
      // 800 × 2,000 + 100 × 8,000
      [{ prices: {} }, '2400000'],
      [{ prices: { 'acme/*': { adjust: -100 } } }, '2160000'],
      [{ prices: { 'acme/*': { adjust: -100 }, 'acme/one': { adjust: 500 } } }, '3240000'],
      // 800 × 1,000 + 200 × 100 + 100 × 1,000: prices of one's own are what one pays
      [
        {
          prices: {
            'acme/*': { adjust: -100 },
            'acme/one': { perMillionTokens: { input: '1', cacheRead: '0.1', output: '1' } },
          },
        },
        '920000',
      ],
      // and a dollar and a half for the request
      [{ prices: { 'acme/one': { perUnit: { requests: '1.5' } } } }, '1502400000'],
      [{ prices: {}, models: { m: { deployments: [{ model: 'acme/one', price: { adjust: 1000 } }] } } }, '4800000'],
      [
        { prices: {}, models: { m: { deployments: [{ model: 'globex/mine', price: { like: 'acme/one' } }] } } },
        '2400000',
      ],
    ];
    for (const [config, cost] of cases) {
      const { upstream, ended, ask } = started({ priceBook, ...config });
      const pending = ask();
      (await upstream.next()).respond(200, answer(USAGE));
      await pending;
      expect(record(ended)).toMatchObject({ cost });
    }
  });

  it('counts an attempt in the ledger for everyone that its caller is part of', async () => {
    const caller = { id: 'c', user: 'ann', team: 't', organisation: 'o', endUser: 'e', tags: ['blue', 'red'] };
    const { ask, upstream, store } = started({ access: { identify: () => caller } });
    const pending = ask();
    (await upstream.next()).respond(200, answer(USAGE));
    await pending;
    const totals = await store.ledger.totals({}, ['scope'], { now: 0, deadline: 1e15 });
    expect(totals.map(({ by }) => by.scope).sort()).toEqual([
      'caller:c',
      'endUser:e',
      'organisation:o',
      'tag:blue',
      'tag:red',
      'team:t',
      'user:ann',
    ]);
  });
});
