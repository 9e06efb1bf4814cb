import {
  createGateway,
  type Dispatcher,
  type GatewayConfig,
  type GatewayEvents,
  type PriceConfig,
} from '@postern/core';
import { manualClock } from '@postern/core/testing';
import { prices } from '@postern/prices';
import { simDispatcher } from '@postern/sim';
import { describe, expect, it, vi } from 'vitest';
import { chatRequest } from '../conversations/gateway.ts';
import { CHAT_FORMATS, type ChatFormat } from '../kit/formats.ts';
import { CHAT_ONLY } from '../kit/stage.ts';
import { INVOICES, type Invoice } from './invoices.ts';

const NOON = Date.UTC(2026, 10, 25, 12);
const OA = { ...CHAT_ONLY, baseUrl: 'https://oa.test/v1' };
const SETTINGS: Readonly<Record<string, object>> = {
  bedrock: { settings: { region: 'us-east-1' } },
  openai: { ...OA, extends: 'openai' },
};

/** A gateway that talks to this dispatcher, and what its requests came to. */
function gatewayOver(dispatcher: Dispatcher, config: Partial<GatewayConfig<Request>>, at = NOON) {
  const ended: GatewayEvents['request-end'][] = [];
  const gateway = createGateway<Request>({
    access: 'open',
    platform: { dispatcher, clock: manualClock(at) },
    log: { warn() {}, error() {} },
    ...config,
  } as GatewayConfig<Request>);
  gateway.events.on('request-end', (event) => ended.push(event));
  return { gateway, ended };
}

/** A whole answer of a vendor that tells this usage. */
function answerOf(provider: string, { model, usage, tier }: Invoice): object {
  const text = 'Hello.';
  if (provider === 'anthropic')
    return {
      id: 'msg_1',
      type: 'message',
      role: 'assistant',
      model,
      content: [{ type: 'text', text }],
      stop_reason: 'end_turn',
      stop_sequence: null,
      usage,
    };
  if (provider === 'gemini')
    return {
      candidates: [{ content: { role: 'model', parts: [{ text }] }, finishReason: 'STOP', index: 0 }],
      usageMetadata: usage,
      modelVersion: model,
    };
  if (provider === 'bedrock')
    return {
      output: { message: { role: 'assistant', content: [{ text }] } },
      stopReason: 'end_turn',
      usage,
      metrics: { latencyMs: 1 },
    };
  if (provider === 'cohere')
    return {
      id: 'c1',
      finish_reason: 'COMPLETE',
      message: { role: 'assistant', content: [{ type: 'text', text }] },
      usage,
    };
  const choices = [{ index: 0, message: { role: 'assistant', content: text }, finish_reason: 'stop' }];
  return {
    id: 'c1',
    object: 'chat.completion',
    created: 1,
    model,
    choices,
    usage,
    ...(tier === undefined ? {} : { service_tier: tier }),
  };
}

const said = (body: object): Dispatcher => ({
  close: () => Promise.resolve(),
  dispatch: async () => ({
    status: 200,
    header: (name) => (name === 'content-type' ? 'application/json' : undefined),
    body: (async function* () {
      yield new TextEncoder().encode(JSON.stringify(body));
    })(),
    cancel: () => {},
  }),
});

describe.each(Object.entries(INVOICES))('an invoice of %s', (provider, invoices) => {
  it.each(invoices.map((invoice, index) => ({ index, ...invoice })))(
    'is met to the nano-dollar: $model, $index',
    async (invoice) => {
      const config = {
        providers: { [provider]: { apiKey: 'k', ...SETTINGS[provider] } },
        models: { m: `${provider}/${invoice.model}` },
        priceBook: prices(),
        expose: 'all' as const,
      };
      const { gateway, ended } = gatewayOver(said(answerOf(provider, invoice)), config, invoice.at);
      const response = await gateway.fetch(
        chatRequest('openai-chat', { messages: [{ role: 'user', content: 'Hello.' }] }, 'm', false),
      );
      expect(response?.headers.get('x-postern-cost')).toBe(invoice.usd);
      expect(ended[0]?.unpriced).toBe(false);
      await gateway.close();
    },
  );
});

/** Every class at a price of its own, so that none passes for another. */
const EACH: PriceConfig = {
  perMillionTokens: {
    input: '1',
    cacheRead: '0.1',
    cacheWrite: '1.3',
    cacheWrite1h: '2.1',
    inputAudio: '7',
    inputImage: '3',
    output: '5',
    reasoning: '5.7',
    outputAudio: '11',
    outputImage: '13',
  },
  tiers: [
    {
      service: 'priority',
      perMillionTokens: {
        input: '2',
        cacheRead: '0.2',
        cacheWrite: '2.6',
        cacheWrite1h: '4.2',
        output: '10',
        reasoning: '11',
      },
    },
  ],
};
const HELLO: Readonly<Record<ChatFormat, object>> = {
  'openai-chat': { messages: [{ role: 'user', content: 'Hello.' }] },
  'anthropic-messages': { max_tokens: 500, messages: [{ role: 'user', content: 'Hello.' }] },
  gemini: { contents: [{ role: 'user', parts: [{ text: 'Hello.' }] }] },
  cohere: { messages: [{ role: 'user', content: 'Hello.' }] },
  ollama: { messages: [{ role: 'user', content: 'Hello.' }] },
  'bedrock-converse': { messages: [{ role: 'user', content: [{ text: 'Hello.' }] }] },
  'openai-responses': { input: 'Hello.' },
};
const PROVIDERS = {
  'openai-chat': { id: 'oa', config: { ...OA, apiKey: 'k' } },
  'anthropic-messages': { id: 'an', config: { extends: 'anthropic', apiKey: 'k' } },
  gemini: { id: 'ge', config: { extends: 'gemini', apiKey: 'k' } },
  cohere: { id: 'co', config: { extends: 'cohere', apiKey: 'k' } },
  ollama: { id: 'ol', config: { extends: 'ollama', baseUrl: 'https://ol.test', apiKey: 'k' } },
  'bedrock-converse': { id: 'be', config: { extends: 'bedrock', apiKey: 'k', settings: { region: 'us-east-1' } } },
  'openai-responses': { id: 'rs', config: { extends: 'openai-responses', apiKey: 'k' } },
} as const satisfies Record<ChatFormat, unknown>;
const SCRIPTS = [
  'sim-text-20',
  'sim-usage',
  'sim-usage+priority',
  'sim-reasoning-8',
  'sim-refusal',
  'sim-length',
  'sim-citations',
  'sim-zerousage',
  'sim-json',
  'sim-redacted',
];

const providers = Object.fromEntries(Object.values(PROVIDERS).map(({ id, config }) => [id, config]));
const ALL = Object.fromEntries(Object.values(PROVIDERS).map(({ id }) => [`${id}/*`, EACH]));

async function costOf(client: ChatFormat, provider: ChatFormat, script: string, stream: boolean) {
  const model = `${PROVIDERS[provider].id}/${script}`;
  const { gateway, ended } = gatewayOver(simDispatcher(), { providers, prices: ALL } as Partial<
    GatewayConfig<Request>
  >);
  const response = await gateway.fetch(chatRequest(client, HELLO[client], model, stream));
  await response?.text();
  await vi.waitFor(() => expect(ended).toHaveLength(1));
  await gateway.close();
  return { cost: ended[0]?.cost, unpriced: ended[0]?.unpriced, outcome: ended[0]?.outcome };
}

describe.each(CHAT_FORMATS)('a stream of %s', (format) => {
  it.each(SCRIPTS)('of %s costs what the same answer costs whole, passed on or translated', async (script) => {
    for (const client of [format, format === 'openai-chat' ? 'anthropic-messages' : 'openai-chat'] as const) {
      const [whole, stream] = [await costOf(client, format, script, false), await costOf(client, format, script, true)];
      expect(stream).toEqual(whole);
      expect(whole).toMatchObject({ outcome: 'ok', unpriced: false });
      expect(whole.cost === '0').toBe(script === 'sim-zerousage');
    }
  });
});
