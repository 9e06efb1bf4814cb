import { describe, expect, it } from 'vitest';
import type { GatewayConfig, ModelConfig } from '../config/types.ts';
import { createGateway } from '../gateway.ts';
import { Cancellation } from '../kit/cancel.ts';
import { seeded } from '../kit/seeded.ts';
import { manualClock, scriptedDispatcher } from '../testing/index.ts';
import { bodyOf, bodyOfValue } from '../transport/body-of.ts';

const completion = {
  id: 'c1',
  object: 'chat.completion',
  created: 1,
  model: 'x',
  choices: [
    { index: 0, message: { role: 'assistant', content: 'fine', refusal: null }, logprobs: null, finish_reason: 'stop' },
  ],
  usage: { prompt_tokens: 3, completion_tokens: 4, total_tokens: 7 },
};

const textOf = (body: unknown): string =>
  typeof body === 'string' ? body : new TextDecoder().decode(body as Uint8Array);

interface Asked {
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly parsed?: boolean;
}

/** A gateway, and what becomes of a request: the status, or where the one call went, with which key and for which model. */
function gatewayWith(config: Partial<GatewayConfig>) {
  const upstream = scriptedDispatcher();
  let ids = 0;
  const gateway = createGateway(
    {
      access: 'open',
      providers: { a: { format: 'openai-chat', baseUrl: 'https://a.test/v1', apiKey: 'ka' } },
      log: { warn() {}, error() {} },
      ...config,
    },
    {
      dispatcher: upstream,
      clock: manualClock(),
      random: seeded(1),
      randomId: (bytes) => String(++ids).padStart(2 * bytes, '0'),
      environment: {},
    } as Parameters<typeof createGateway>[1],
  );
  async function ask(body: object, { path = '/v1/chat/completions', headers = {}, parsed = false }: Asked = {}) {
    const reply = gateway.handle({
      method: 'POST',
      path,
      query: new URLSearchParams(),
      header: (name) => headers[name],
      body: async (limits) =>
        parsed ? bodyOfValue(body, limits) : bodyOf(new TextEncoder().encode(JSON.stringify(body)), limits),
      signal: new Cancellation(),
      host: undefined,
    });
    if (reply === undefined) throw new Error('not taken');
    const called = await Promise.race([upstream.next(), reply.then(({ status }) => status)]);
    if (typeof called === 'number') return String(called);
    const sent = JSON.parse(textOf(called.request.body)) as { model: string };
    called.respond(200, completion);
    await reply;
    return `${sent.model} ${called.request.headers['authorization']}`;
  }
  return { gateway, ask };
}

const chat = (more: object = {}) => ({ model: 'm', messages: [{ role: 'user', content: 'hello' }], ...more });
const ten = Array.from({ length: 10 }, (_, index) => `a/${index}`);
const places = async (times: number, ask: (time: number) => Promise<string>) => {
  const all = new Set<string>();
  for (let time = 0; time < times; time++) all.add(await ask(time));
  return all.size;
};
const model = (more: Partial<ModelConfig>): Partial<GatewayConfig> => ({
  models: { m: { deployments: ten, retries: 0, ...more } },
});

describe('a session', () => {
  const { ask } = gatewayWith(model({ strategy: 'sticky' }));

  it.each([
    ['by the header', (id: string) => ask(chat(), { headers: { 'x-postern-session': id } })],
    ['by prompt_cache_key', (id: string) => ask(chat({ prompt_cache_key: id, user: 'ann' }))],
    ['by the user, where nothing else is named', (id: string) => ask(chat({ user: id }))],
    [
      'by the user of another format',
      (id: string) => ask(chat({ max_tokens: 9, metadata: { user_id: id } }), { path: '/v1/messages' }),
    ],
  ])('stays in one place %s, and others go elsewhere', async (_, asking) => {
    expect(await places(8, () => asking('s1'))).toBe(1);
    expect(await places(40, (time) => asking(`s${time}`))).toBeGreaterThan(5);
  });

  it('is nothing to stick by where there is none', async () => {
    expect(await places(40, () => ask(chat()))).toBeGreaterThan(5);
  });
});

describe('a prompt', () => {
  const { ask } = gatewayWith(model({ strategy: { name: 'sticky', by: 'prompt' } }));
  const long = (about: string, more: number) => [
    { role: 'system', content: `You know all of ${about}. ${'é'.repeat(5_000)}` },
    { role: 'user', content: 'x'.repeat(more) },
  ];

  it.each([false, true])(
    'goes where its beginning was before, however it goes on (parsed by the host: %s)',
    async (parsed) => {
      const asking = (about: string, time: number) =>
        ask({ temperature: time, model: 'm', messages: long(about, time) }, { parsed });
      expect(await places(8, (time) => asking('cats', time))).toBe(1);
      expect(await places(40, (time) => asking(`thing ${time}`, 1))).toBeGreaterThan(5);
    },
  );

  it('that is too short for any provider to keep goes anywhere', async () => {
    expect(await places(40, () => ask(chat()))).toBeGreaterThan(5);
  });
});

describe('several keys of one deployment', () => {
  it('are taken one after the other, each a deployment of its own', async () => {
    const { ask } = gatewayWith(
      model({ deployments: [{ model: 'a/x', apiKeys: ['k1', 'k2', 'k3'] }], strategy: 'round-robin' }),
    );
    const seen = [await ask(chat()), await ask(chat()), await ask(chat()), await ask(chat())];
    expect(seen).toEqual(['x Bearer k1', 'x Bearer k2', 'x Bearer k3', 'x Bearer k1']);
  });

  it('share the weight of the deployment', async () => {
    const { ask } = gatewayWith(model({ deployments: [{ model: 'a/x', apiKeys: ['k1', 'k2', 'k3'] }, 'a/y'] }));
    let y = 0;
    for (let time = 0; time < 400; time++) if ((await ask(chat())).startsWith('y')) y++;
    expect(y / 400).toBeGreaterThan(0.4);
  });
});

describe('weighted by a capacity', () => {
  it('goes by it and not by the weight', async () => {
    const { ask } = gatewayWith(
      model({
        deployments: [
          { model: 'a/x', weight: 100, tpm: 1_000 },
          { model: 'a/y', tpm: 1_000_000 },
        ],
        strategy: { name: 'weighted', by: 'tpm' },
      }),
    );
    let y = 0;
    for (let time = 0; time < 100; time++) if ((await ask(chat())).startsWith('y')) y++;
    expect(y).toBeGreaterThan(95);
  });
});

describe('cheapest', () => {
  it('goes by the prices of the configuration, dearer tiers for long prompts included', async () => {
    const price = (input: string, above?: object) => ({ perMillionTokens: { input, output: '1' }, ...above });
    const { ask } = gatewayWith({
      ...model({ deployments: ['a/flat', 'a/tiered'], strategy: 'cheapest' }),
      prices: {
        'a/flat': price('2'),
        'a/tiered': price('1', { tiers: [{ above: 1_000, perMillionTokens: { input: '9', output: '1' } }] }),
      },
    });
    expect(await ask(chat())).toMatch(/^tiered/);
    expect(await ask(chat({ messages: [{ role: 'user', content: 'x'.repeat(8_000) }] }))).toMatch(/^flat/);
  });
});

describe('a function of the host', () => {
  it('picks by what is known of the request and the deployments', async () => {
    const { ask } = gatewayWith({
      ...model({ strategy: 'mine' }),
      strategies: {
        mine: (candidates, { output }) => candidates.filter(({ model }) => model === `a/${output}`).map(({ id }) => id),
      },
    });
    expect([await ask(chat({ max_tokens: 7 })), await ask(chat({ max_tokens: 3 }))]).toEqual([
      '7 Bearer ka',
      '3 Bearer ka',
    ]);
  });
});

describe('an alias of many names', () => {
  const { ask, gateway } = gatewayWith({
    models: { 'o/*': 'a/*', 'o/small-*': 'a/mini-*', 'o/small-1': 'a/one', 'all-*': 'a/same' },
  });

  it('puts the rest of the name into the target, and the longest one that fits holds', async () => {
    const served = async (name: string) => (await ask(chat({ model: name }))).split(' ')[0];
    expect(await served('o/large')).toBe('large');
    expect(await served('o/org/large')).toBe('org/large');
    expect(await served('o/small-2')).toBe('mini-2');
    expect(await served('o/small-1')).toBe('one');
    expect(await served('all-of-it')).toBe('same');
  });

  it('takes no name without a rest, and none that it does not fit', async () => {
    expect([await ask(chat({ model: 'o/' })), await ask(chat({ model: 'x/large' }))]).toEqual(['404', '404']);
  });

  it('is no model that could be listed', () => {
    expect(gateway.models().map(({ id }) => id)).toEqual(['o/small-1']);
  });
});
