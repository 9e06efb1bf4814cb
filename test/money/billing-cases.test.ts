import type { AttemptRecord, GatewayConfig } from '@postern/core';
import { prices } from '@postern/prices';
import { type SimDispatcher, simDispatcher } from '@postern/sim';
import { describe, expect, it } from 'vitest';
import { chatRequest } from '../conversations/gateway.ts';
import { CHAT_FORMATS, type ChatFormat } from '../kit/formats.ts';
import { CHAT_ONLY } from '../kit/stage.ts';
import { answering, booksOver, chatAnswer, PROVIDERS as TWO, tokens } from './books.ts';

/** What users of other gateways were hurt by on their bills, by its number in the collection of such cases. */
const ONE_OF_EACH = {
  'openai-chat': ['oa', { ...CHAT_ONLY, baseUrl: 'https://oa.test/v1', apiKey: 'k' }],
  'anthropic-messages': ['an', { extends: 'anthropic', apiKey: 'k' }],
  gemini: ['ge', { extends: 'gemini', apiKey: 'k' }],
  cohere: ['co', { extends: 'cohere', apiKey: 'k' }],
  ollama: ['ol', { extends: 'ollama', baseUrl: 'https://ol.test', apiKey: 'k' }],
  'bedrock-converse': ['be', { extends: 'bedrock', apiKey: 'k', settings: { region: 'us-east-1' } }],
  'openai-responses': ['rs', { extends: 'openai-responses', apiKey: 'k' }],
} as const satisfies Record<ChatFormat, unknown>;
/** Each class has a price that no sum of others has. */
const EACH = {
  perMillionTokens: {
    input: '1',
    cacheRead: '0.1',
    cacheWrite: '1.3',
    cacheWrite1h: '2.1',
    output: '5',
    reasoning: '5.7',
  },
} as const;
const HELLO: Readonly<Record<ChatFormat, object>> = {
  'openai-chat': { messages: [{ role: 'user', content: 'Hello.' }] },
  'anthropic-messages': { max_tokens: 500, messages: [{ role: 'user', content: 'Hello.' }] },
  gemini: { contents: [{ role: 'user', parts: [{ text: 'Hello.' }] }] },
  cohere: { messages: [{ role: 'user', content: 'Hello.' }] },
  ollama: { messages: [{ role: 'user', content: 'Hello.' }] },
  'bedrock-converse': { messages: [{ role: 'user', content: [{ text: 'Hello.' }] }] },
  'openai-responses': { input: 'Hello.' },
};

const booksOfAll = (sim: SimDispatcher = simDispatcher(), more: Partial<GatewayConfig<Request>> = {}) =>
  booksOver(sim, {
    providers: Object.fromEntries(Object.values(ONE_OF_EACH)) as NonNullable<GatewayConfig['providers']>,
    models: Object.fromEntries(
      CHAT_FORMATS.flatMap((format) =>
        SCRIPTS.map((script) => [
          `${format} ${script}`,
          { deployments: [`${ONE_OF_EACH[format][0]}/${script}`], retries: 0 },
        ]),
      ),
    ),
    prices: Object.fromEntries(Object.values(ONE_OF_EACH).map(([id]) => [`${id}/*`, EACH])),
    ...more,
  });
const SCRIPTS = [
  'sim',
  'sim-usage',
  'sim-zerousage',
  'sim-nousage',
  'sim+cut',
  'sim+e400',
  'sim+e503',
  'sim+double-usage',
];

/** One chat of a client of this format with a provider of it, and its one record. */
async function recordOf(format: ChatFormat, script: string, stream: boolean): Promise<AttemptRecord> {
  const books = booksOfAll();
  const response = await books.gateway.fetch(chatRequest(format, HELLO[format], `${format} ${script}`, stream));
  await response?.text();
  const rows = await books.ledger(1);
  expect(rows).toHaveLength(1);
  return rows[0] ?? expect.unreachable();
}

describe.each(CHAT_FORMATS)('what is billed for a chat of %s', (format) => {
  it('case 1: is the same for the same answer, streamed or whole', async () => {
    const [whole, stream] = [await recordOf(format, 'sim-usage', false), await recordOf(format, 'sim-usage', true)];
    expect([stream.usage, stream.cost]).toEqual([whole.usage, whole.cost]);
    expect(BigInt(whole.cost ?? 0)).toBeGreaterThan(0n);
  });

  it.each(SCRIPTS.flatMap((script) => [false, true].map((stream) => ({ script, stream }))))(
    'case 9: has one row whatever becomes of it ($script, stream: $stream)',
    async ({ script, stream }) => {
      const row = await recordOf(format, script, stream);
      expect(row).toMatchObject({ operation: 'chat', caller: 'ann', provider: ONE_OF_EACH[format][0] });
    },
  );

  it.each([false, true])(
    'case 21: is nothing where the usage is zero, and no estimate (stream: %s)',
    async (stream) => {
      const { cost, estimated } = await recordOf(format, 'sim-zerousage', stream);
      expect([cost, estimated]).toEqual(['0', undefined]);
    },
  );

  it('case 24: counts a usage that comes twice once', async () => {
    const [once, twice] = [await recordOf(format, 'sim', true), await recordOf(format, 'sim+double-usage', true)];
    expect([twice.usage, twice.cost]).toEqual([once.usage, once.cost]);
  });
});

/** A chat whose provider answers this, under these prices; its only row. */
async function billed(answer: object, price: object, model = 'a/one', config: object = {}): Promise<AttemptRecord> {
  const books = booksOver(
    answering(() => ({ body: answer })),
    {
      models: { m: { deployments: [model], retries: 0 } },
      prices: { [model]: price },
      ...config,
    } as Partial<GatewayConfig<Request>>,
  );
  await (await books.ask()).text();
  return (await books.ledger(1))[0] ?? expect.unreachable();
}

/** An answer of Anthropic's messages. Source: https://docs.anthropic.com/en/api/messages and /en/docs/build-with-claude/prompt-caching */
const message = (usage: object): object => ({
  id: 'msg_1',
  type: 'message',
  role: 'assistant',
  model: 'one',
  content: [{ type: 'text', text: 'Hello.' }],
  stop_reason: 'end_turn',
  stop_sequence: null,
  usage,
});
const CLAUDE = { providers: { a: { extends: 'anthropic', apiKey: 'k' } } };

describe('what is billed', () => {
  it('case 20: is what had come when the client left in the middle of a stream, and never nothing', async () => {
    const sim = simDispatcher({ sizes: { stall: Number.POSITIVE_INFINITY } });
    const models = { m: { deployments: ['a/sim+stall'], retries: 0 } };
    const books = booksOver(sim, { models });
    const body = (await books.ask({ stream: true })).body ?? expect.unreachable();
    const reader = body.getReader();
    await reader.read();
    await reader.cancel();
    const rows = await books.ledger(1);
    expect(rows.map(({ outcome, estimated }) => [outcome, estimated])).toEqual([['cancelled', true]]);
    expect(BigInt(rows[0]?.cost ?? 0)).toBeGreaterThan(0n);
  });

  it('case 20: is what the provider told behind a client that left, where its calls are read on', async () => {
    const sim = simDispatcher();
    const books = booksOver(sim, {
      providers: { ...TWO, a: { ...TWO.a, onAbort: 'drain' } },
      models: { m: { deployments: ['a/sim-text-400'], retries: 0 } },
    });
    const body = (await books.ask({ stream: true })).body ?? expect.unreachable();
    const reader = body.getReader();
    await reader.read();
    await reader.cancel();
    const rows = await books.ledger(1);
    const { input, output } = sim.calls[0]?.usage ?? expect.unreachable();
    expect(books.ended[0]?.outcome).toBe('cancelled');
    expect(rows.map(({ estimated, cost }) => [estimated, cost])).toEqual([
      [undefined, String(input * 1_000 + output * 10_000)],
    ]);
    expect(output).toBe(400);
  });

  it('case 10: is every round of a client’s tool loop, each for itself', async () => {
    const sim = simDispatcher();
    const books = booksOver(sim, {
      providers: { a: TWO.a },
      models: { m: { deployments: ['a/sim-tools-3'], retries: 0 } },
      prices: { 'a/*': EACH },
    });
    const look = { name: 'look_up', parameters: { type: 'object', properties: { word: { type: 'string' } } } };
    const messages: object[] = [{ role: 'user', content: 'Look three words up.' }];
    let rounds = 0;
    for (;;) {
      const answer = await books.ask({ messages, tools: [{ type: 'function', function: look }] });
      const { message } = ((await answer.json()) as Chat).choices[0] ?? expect.unreachable();
      rounds += 1;
      if (message.tool_calls === undefined) break;
      messages.push(message);
      for (const { id } of message.tool_calls) messages.push({ role: 'tool', tool_call_id: id, content: 'a meaning' });
    }
    const rows = await books.ledger(rounds);
    expect([rounds, sim.calls.length, rows.length]).toEqual([4, 4, 4]);
    const truth = sim.calls.map(({ usage }) => usage ?? expect.unreachable());
    expect(rows.map(({ cost }) => cost)).toEqual(
      truth.map(({ input, output }) => String(input * 1_000 + output * 5_000)),
    );
    expect(new Set(rows.map(({ request }) => request)).size).toBe(4);
    // Later rounds are dearer: they send what the earlier ones said.
    expect(truth.map(({ input }) => input)).toEqual(truth.map(({ input }) => input).sort((a, b) => a - b));
  });

  it('case 12: is a response when it is made, and not when it is read', async () => {
    const response = {
      id: 'resp_1',
      object: 'response',
      created_at: 1,
      status: 'completed',
      model: 'one',
      output: [
        {
          type: 'message',
          id: 'msg_1',
          role: 'assistant',
          status: 'completed',
          content: [{ type: 'output_text', text: 'Hello.', annotations: [] }],
        },
      ],
      usage: { input_tokens: 100, output_tokens: 10, total_tokens: 110 },
    };
    const upstream = answering(() => ({ body: response }));
    const books = booksOver(upstream, {
      providers: { a: { extends: 'openai', baseUrl: 'https://a.test/v1', apiKey: 'k' } },
      prices: { 'a/*': { perMillionTokens: { input: '1', output: '10' } } },
      resources: 'a',
    });
    const made = await books.ask({ input: 'Hello.', messages: undefined }, { id: 'ann' }, '/v1/responses');
    const { id } = (await made.json()) as { id: string };
    for (let read = 0; read < 5; read++) {
      const headers = { 'x-caller': '{"id":"ann"}' };
      const answer =
        (await books.gateway.fetch(new Request(`https://gateway.test/v1/responses/${id}`, { headers }))) ??
        expect.unreachable();
      expect([answer.status, ((await answer.json()) as { id: string }).id]).toEqual([200, id]);
    }
    const rows = await books.ledger(6);
    expect(upstream.bodies).toHaveLength(6);
    expect(rows.map(({ cost }) => cost).filter((cost) => cost !== undefined)).toEqual(['200000']);
    expect(rows.some(({ unpriced }) => unpriced)).toBe(false);
  });

  it('case 13: is never nothing for want of a price: a caller with a budget is refused', async () => {
    const upstream = answering(() => ({ body: chatAnswer(tokens(100, 10)) }));
    const books = booksOver(upstream, { prices: {}, limits: [{ scope: 'caller', counts: 'usd', max: 1 }] });
    const refused = await books.ask();
    expect([refused.status, upstream.bodies.length]).toEqual([429, 0]);
    expect(((await refused.json()) as { error: { message: string } }).error.message).toContain('no known price');
  });

  it('case 13: is marked as unpriced for want of a price where that is allowed', async () => {
    const limits = [{ scope: 'caller', counts: 'usd', max: 1 }];
    const row = await billed(chatAnswer(tokens(100, 10)), {}, 'b/one', {
      prices: { 'b/another': EACH },
      limits,
      unknownPrice: 'flag',
    });
    expect([row.cost, row.unpriced]).toEqual([undefined, true]);
  });

  it.each(['gpt-5.6-2031-01-01', 'gpt-5.7-made-up', 'my-own-fine-tune'])(
    'case 14: is not guessed from the price of a model of another name (%s)',
    async (model) => {
      const row = await billed(chatAnswer(tokens(100, 10)), {}, `oa/${model}`, {
        providers: { oa: { extends: 'openai', apiKey: 'k' } },
        priceBook: prices(),
        prices: {},
      });
      expect([row.cost, row.unpriced]).toEqual([undefined, true]);
    },
  );

  it('case 15: is a cached token once, at the price of cached ones, where the provider counts it into the prompt', async () => {
    const usage = { ...tokens(1_000, 100), prompt_tokens_details: { cached_tokens: 800 } };
    expect((await billed(chatAnswer(usage), EACH)).cost).toBe(String(200 * 1_000 + 800 * 100 + 100 * 5_000));
  });

  it('case 15: is a cached token once, at the price of cached ones, where the provider counts it apart', async () => {
    const usage = {
      input_tokens: 200,
      cache_read_input_tokens: 800,
      cache_creation_input_tokens: 0,
      output_tokens: 100,
    };
    const { cost } = await billed(message(usage), EACH, 'a/one', CLAUDE);
    expect(cost).toBe(String(200 * 1_000 + 800 * 100 + 100 * 5_000));
  });

  it('case 16: is what was written to the cache, at the price of its own lifetime', async () => {
    const usage = {
      input_tokens: 200,
      cache_read_input_tokens: 0,
      cache_creation_input_tokens: 700,
      cache_creation: { ephemeral_5m_input_tokens: 400, ephemeral_1h_input_tokens: 300 },
      output_tokens: 100,
    };
    const { cost } = await billed(message(usage), EACH, 'a/one', CLAUDE);
    expect(cost).toBe(String(200 * 1_000 + 400 * 1_300 + 300 * 2_100 + 100 * 5_000));
  });

  it.each([
    ['priority', '2000000'],
    ['default', '1000000'],
    [undefined, '1000000'],
  ])('case 17: is the tier that the answer tells, not what was asked for (%s)', async (tier, cost) => {
    const tiered = {
      perMillionTokens: { input: '1', output: '5' },
      tiers: [{ service: 'priority', perMillionTokens: { input: '2', output: '10' } }],
    };
    const answer = chatAnswer(tokens(500, 100), tier === undefined ? {} : { service_tier: tier });
    const books = booksOver(
      answering(() => ({ body: answer })),
      { prices: { 'a/one': tiered } },
    );
    await books.ask({ service_tier: tier === 'priority' ? 'default' : 'priority' });
    expect((await books.ledger(1))[0]?.cost).toBe(cost);
  });

  it.each([
    [200_000, 200_000 * 1_000 + 10 * 5_000],
    [200_001, 200_001 * 2_000 + 10 * 7_500],
    [1_000_000, 1_000_000 * 2_000 + 10 * 7_500],
  ])('case 18: is the tier of so long a prompt, to the token (%d)', async (input, cost) => {
    const tiered = {
      perMillionTokens: { input: '1', output: '5' },
      tiers: [{ above: 200_000, perMillionTokens: { input: '2', output: '7.5' } }],
    };
    expect((await billed(chatAnswer(tokens(input, 10)), tiered)).cost).toBe(String(cost));
  });

  it('case 19: is each attempt at the price of the model that served it', async () => {
    const upstream = answering((number) =>
      number === 0 ? { status: 500, body: { error: { message: 'x' } } } : { body: chatAnswer(tokens(100, 10)) },
    );
    const books = booksOver(upstream, {
      models: {
        m: { deployments: ['a/one'], retries: 0, fallbacks: ['n'] },
        n: { deployments: ['b/two'], retries: 0 },
      },
    });
    await books.ask();
    const rows = await books.ledger(1);
    expect(rows.map(({ modelAsked, provider, cost }) => [modelAsked, provider, cost])).toEqual([
      ['m', 'a', '0'],
      ['m', 'b', String(100 * 5_000 + 10 * 50_000)],
    ]);
    expect(books.ended[0]?.cost).toBe('1000000');
  });

  it('case 23: is no text of an error, and what was asked again is billed once', async () => {
    const upstream = answering((number) =>
      number === 0
        ? { status: 500, body: { error: { message: 'word '.repeat(1_000) } } }
        : { body: chatAnswer(tokens(100, 10)) },
    );
    const models = { m: { deployments: ['a/one', 'a/two'], retries: 1 } };
    const books = booksOver(upstream, { models });
    expect((await books.ask()).status).toBe(200);
    const rows = await books.ledger(1);
    expect(rows.map(({ usage, cost }) => [usage, cost])).toEqual([
      [undefined, '0'],
      [{ input: 100, output: 10 }, '200000'],
    ]);
    expect(upstream.bodies).toHaveLength(2);
  });
});

interface Chat {
  readonly choices: readonly { readonly message: { readonly tool_calls?: readonly { readonly id: string }[] } }[];
}
