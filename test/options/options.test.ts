import type { CallBody, ProviderOptions } from '@postern/core';
import { describe, expect, it } from 'vitest';
import { CHATS } from '../kit/chat.ts';
import type { ChatFormat } from '../kit/formats.ts';
import { bench } from '../kit/in-process.ts';
import { FORMATS as CLIENTS, PROVIDERS } from '../kit/stage.ts';

type Options = Readonly<Record<string, unknown>>;

/** Bounds, and words that no guard has read, where each API has them. */
const DECISIVE: readonly { readonly upstream: ChatFormat; readonly path: string; readonly options: Options }[] = [
  { upstream: 'openai-chat', path: 'max_tokens', options: { max_tokens: 7654321 } },
  { upstream: 'openai-responses', path: 'max_output_tokens', options: { max_output_tokens: 7654321 } },
  { upstream: 'openai-responses', path: 'instructions', options: { instructions: '7654321' } },
  { upstream: 'openai-responses', path: 'previous_response_id', options: { previous_response_id: 'resp_7654321' } },
  { upstream: 'openai-responses', path: 'conversation', options: { conversation: 'conv_7654321' } },
  {
    upstream: 'gemini',
    path: 'generationConfig.maxOutputTokens',
    options: { generationConfig: { maxOutputTokens: 7654321 } },
  },
  {
    upstream: 'bedrock-converse',
    path: 'inferenceConfig.maxTokens',
    options: { inferenceConfig: { maxTokens: 7654321 } },
  },
  {
    upstream: 'bedrock-converse',
    path: 'additionalModelRequestFields.max_tokens',
    options: { additionalModelRequestFields: { max_tokens: 7654321 } },
  },
  { upstream: 'cohere', path: 'max_tokens', options: { max_tokens: 7654321 } },
  { upstream: 'ollama', path: 'options.num_predict', options: { options: { num_predict: 7654321 } } },
];

/** The formats whose options are typed. */
const FORMATS = ['openai-chat', 'anthropic-messages', 'gemini'] as const;
type Format = (typeof FORMATS)[number];

/** An option, the format that it is for, and what it has to be on the wire: a header where one is named, else a part of the body. */
interface Option {
  readonly name: string;
  readonly format: Format;
  readonly options: Options;
  readonly header?: readonly [name: string, value: string];
}

const option = (name: string, format: Format, options: Options, header?: Option['header']): Option => ({
  name,
  format,
  options,
  ...(header === undefined ? {} : { header }),
});

const OPTIONS: readonly Option[] = [
  // https://platform.openai.com/docs/api-reference/chat/create
  option('a prompt cache key', 'openai-chat', { prompt_cache_key: 'tenant-7', prompt_cache_retention: '24h' }),
  option('a service tier', 'openai-chat', { service_tier: 'flex' }),
  option('a prediction', 'openai-chat', { prediction: { type: 'content', content: 'const a = 1;' } }),
  option('audio', 'openai-chat', { modalities: ['text', 'audio'], audio: { voice: 'alloy', format: 'mp3' } }),
  option('a web search', 'openai-chat', {
    web_search_options: {
      search_context_size: 'low',
      user_location: { type: 'approximate', approximate: { country: 'DE', city: 'Ulm' } },
    },
  }),
  option('a field that nobody knows yet', 'openai-chat', { field_of_tomorrow: { deep: [1] } }),
  // https://platform.claude.com/docs/en/api/messages
  option('beta features', 'anthropic-messages', { betas: ['context-management-2025-06-27'] }, [
    'anthropic-beta',
    'context-management-2025-06-27',
  ]),
  option('a cache point', 'anthropic-messages', { cache_control: { type: 'ephemeral', ttl: '1h' } }),
  option('context management', 'anthropic-messages', {
    context_management: { edits: [{ type: 'clear_tool_uses_20250919', keep: { type: 'tool_uses', value: 3 } }] },
  }),
  option('a service tier', 'anthropic-messages', { service_tier: 'standard_only' }),
  option('a field that nobody knows yet', 'anthropic-messages', { field_of_tomorrow: true }),
  // https://ai.google.dev/api/generate-content
  option('cached content', 'gemini', { cachedContent: 'cachedContents/abc' }),
  option('safety settings', 'gemini', {
    safetySettings: [{ category: 'HARM_CATEGORY_HARASSMENT', threshold: 'BLOCK_NONE' }],
  }),
  option('a media resolution', 'gemini', { generationConfig: { mediaResolution: 'MEDIA_RESOLUTION_LOW' } }),
  option('a field that nobody knows yet', 'gemini', { fieldOfTomorrow: 'x' }),
];

/** The groups by which a target of a format can be meant: the format, its owner, the provider of these tests. */
const GROUPS: Readonly<Record<Format, readonly string[]>> = {
  'openai-chat': ['openai-chat', 'openai', 'oa'],
  'anthropic-messages': ['anthropic-messages', 'anthropic', 'an'],
  gemini: ['gemini', 'ge'],
};

async function ask(client: ChatFormat, upstream: ChatFormat, providerOptions: unknown, strict = false) {
  const { ask: send, dialled } = bench({ config: { strict } });
  const call = CHATS[client]({ model: `${PROVIDERS[upstream]}/sim-text`, more: { providerOptions } });
  const answer = await send(call);
  const [request] = dialled;
  return {
    ...answer,
    request,
    sent: request === undefined ? undefined : (JSON.parse(new TextDecoder().decode(bytes(request.body))) as Options),
    dropped: (answer.headers.get('x-postern-dropped') ?? '').split(', ').filter((name) => name !== ''),
  };
}

const bytes = (body: CallBody): Uint8Array =>
  typeof body === 'string' ? new TextEncoder().encode(body) : ((body ?? new Uint8Array()) as Uint8Array);

describe.each(CLIENTS)('from a client of %s', (client) => {
  it.each(OPTIONS)(
    '$name for $format reaches the wire, whichever way its group is named',
    async ({ format, options, header }) => {
      for (const group of GROUPS[format]) {
        const { sent, request, dropped } = await ask(client, format, { [group]: options });
        if (header === undefined) expect(sent).toMatchObject(options);
        else expect(request?.headers[header[0]]).toBe(header[1]);
        expect(JSON.stringify(sent)).not.toContain('providerOptions');
        expect(dropped.filter((name) => name.startsWith('providerOptions'))).toEqual([]);
      }
    },
  );

  it.each(FORMATS)(
    'options of which none are for a target of %s are told, and refused when strict',
    async (upstream) => {
      const other = upstream === 'gemini' ? 'openai' : 'gemini';
      const { dropped, sent } = await ask(client, upstream, { [other]: { field: 1 } });
      expect(dropped).toContain(`providerOptions.${other}`);
      expect(sent).not.toHaveProperty('field');
      const strict = await ask(client, upstream, { [other]: { field: 1 } }, true);
      expect([strict.status, strict.sent]).toEqual([400, undefined]);
    },
  );

  it('options for several targets are no loss at any of them', async () => {
    const options = {
      gemini: { cachedContent: 'cachedContents/a' },
      anthropic: { service_tier: 'auto' },
      openai: { store: true },
    };
    for (const upstream of FORMATS) expect((await ask(client, upstream, options)).dropped).toEqual([]);
  });

  it.each<[Options, string]>([
    [{ openai: { prompt_cache_key: 7 } }, 'providerOptions.openai.prompt_cache_key'],
    [
      { 'openai-chat': { web_search_options: { user_location: { type: 'exact' } } } },
      'providerOptions.openai-chat.web_search_options.user_location.type',
    ],
    [{ anthropic: { cache_control: { type: 'ephemeral', ttl: '2h' } } }, 'providerOptions.anthropic.cache_control.ttl'],
    [{ anthropic: { betas: 'one' } }, 'providerOptions.anthropic.betas'],
    [
      { gemini: { safetySettings: [{ category: 'HARM_CATEGORY_HARASSMENT' }] } },
      'providerOptions.gemini.safetySettings.0.threshold',
    ],
    [{ oa: { store: 'yes' } }, 'providerOptions.oa.store'],
    [{ gemini: 7 }, 'providerOptions.gemini'],
    [[] as unknown as Options, 'providerOptions'],
  ])('what is wrong in %j is refused by its path', async (options, path) => {
    const { status, body, sent } = await ask(client, 'openai-chat', options);
    expect([status, sent]).toEqual([400, undefined]);
    expect(body).toContain(`${path} must be`);
  });

  it.each(DECISIVE)(
    'what decisions rest on can not be set for $upstream: $path',
    async ({ upstream, path, options }) => {
      const { dropped, sent } = await ask(client, upstream, { [PROVIDERS[upstream]]: options });
      expect(JSON.stringify(sent)).not.toContain('7654321');
      expect(dropped).toContain(`providerOptions.${PROVIDERS[upstream]}.${path}`);
    },
  );
});

it('options are typed and reach the wire in process', async () => {
  const { gateway, dialled } = bench();
  const providerOptions: ProviderOptions = {
    anthropic: { cache_control: { type: 'ephemeral', ttl: '1h' }, betas: ['a-beta'] },
    gemini: { cachedContent: 'cachedContents/a' },
  };
  const messages = [{ role: 'user', content: 'Hello' }] as const;
  await gateway.chat({ model: 'an/sim-text', messages, providerOptions }, { caller: { id: 'me' } });
  expect(JSON.parse(String(new TextDecoder().decode(bytes(dialled[0]?.body))))).toMatchObject({
    cache_control: { ttl: '1h' },
  });
  expect(dialled[0]?.headers['anthropic-beta']).toBe('a-beta');
  await expect(
    gateway.chat(
      {
        model: 'an/sim-text',
        messages,
        // @ts-expect-error a lifetime that there is not
        providerOptions: { anthropic: { cache_control: { type: 'ephemeral', ttl: '2h' } } },
      },
      { caller: { id: 'me' } },
    ),
  ).rejects.toMatchObject({ code: 'invalid_request', param: 'providerOptions.anthropic.cache_control.ttl' });
});
