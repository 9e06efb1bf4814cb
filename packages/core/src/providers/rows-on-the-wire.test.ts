import { describe, expect, it } from 'vitest';
import type { Exchange, Target, UpstreamCall } from '../adapters/adapter.ts';
import { ADAPTERS } from '../adapters/index.ts';
import type { ProviderRow } from '../adapters/provider-row.ts';
import type { ChatRequest } from '../chat/request.ts';
import type { ProviderConfig } from '../config/types.ts';
import { bodyOfValue } from '../transport/body-of.ts';
import { placeholdersOf } from './base-url.ts';
import { headersOf, urlOf } from './call-url.ts';
import { maxOutputTokensOf } from './facts/max-output.ts';
import { type ResolvedProvider, resolveProvider } from './resolve.ts';
import { catalogIds, catalogRow } from './row.ts';

const KEY = 'sk-test-0123456789';
const MODEL = 'maker/model-1';
const SIGNED = { authorization: `Signed ${KEY}` };
/** The model as it stands in a path. */
const IN_PATH = 'maker%2Fmodel-1';

/** Fields that the canonical model has no name for. */
const EXTENSIONS = {
  models: ['other'],
  fallbacks: ['other'],
  route: 'fallback',
  preset: 'other',
  store: true,
  verbosity: 'low',
  safety_identifier: 'h1',
  prediction: { type: 'content', content: 'Hi' },
};

/** What a client may ask for, with a field for each rename and drop that a row of this catalog names. */
const REQUEST: ChatRequest = {
  messages: [
    { role: 'developer', content: [{ type: 'text', text: 'Be brief.' }] },
    { role: 'user', content: [{ type: 'text', text: 'Hello' }] },
  ],
  tools: [{ type: 'function', name: 'look_up', inputSchema: { type: 'object', properties: {} } }],
  toolChoice: { type: 'auto' },
  parallelToolCalls: false,
  responseFormat: { type: 'json' },
  maxOutputTokens: 100,
  temperature: 0.5,
  topP: 0.9,
  topK: 20,
  seed: 7,
  stop: ['END'],
  frequencyPenalty: 0.1,
  presencePenalty: 0.2,
  logprobs: true,
  topLogprobs: 2,
  logitBias: { '50256': -100 },
  user: 'somebody',
  serviceTier: 'auto',
  extensions: { 'openai-chat': EXTENSIONS },
};

/** The smallest request of each format. */
const BODIES = {
  'openai-chat': { model: 'alias', messages: [{ role: 'user', content: 'Hello' }] },
  'anthropic-messages': { model: 'alias', max_tokens: 10, messages: [{ role: 'user', content: 'Hello' }] },
  gemini: { contents: [{ role: 'user', parts: [{ text: 'Hello' }] }] },
  cohere: { model: 'alias', messages: [{ role: 'user', content: 'Hello' }] },
  'openai-completions': { model: 'alias', prompt: 'Hello' },
  ollama: { model: 'alias', messages: [{ role: 'user', content: 'Hello' }] },
  'bedrock-converse': { messages: [{ role: 'user', content: [{ text: 'Hello' }] }] },
  'openai-responses': { model: 'alias', input: 'Hello' },
};

interface Wire {
  readonly url: URL;
  readonly headers: Record<string, string>;
  readonly body: Record<string, unknown>;
  readonly call: UpstreamCall;
}

const all = catalogIds().map((id): [string, ResolvedProvider] => [id, configured(id)]);
const withChat = all.filter(([, { row }]) => row.serves.includes('chat'));
const byFormat = (format: string) => withChat.filter(([, provider]) => provider.row.format === format);

describe.each(withChat)('%s on the wire', (_, provider) => {
  it.each([false, true])('gets its key in its header and nowhere else (stream: %s)', (stream) => {
    const { url, headers, body } = chat(provider, stream);
    const { auth } = provider.row;
    const [name, value] =
      auth === 'bearer'
        ? ['authorization', `Bearer ${KEY}`]
        : auth === 'credentials'
          ? ['authorization', `Signed ${KEY}`]
          : auth === 'none'
            ? []
            : [auth.header, (auth.prefix ?? '') + KEY];
    expect(headers[name ?? '']).toBe(value);
    expect(JSON.stringify([url, headers, body]).split(KEY)).toHaveLength(2);
    for (const each of Object.keys(headers)) expect(each).toBe(each.toLowerCase());
    expect(headers['content-type']).toBe('application/json');
    expect(headers).toMatchObject(provider.row.headers ?? {});
  });

  it('gets no credential of the client with a passing request', () => {
    const { url, headers, body } = pass(provider, BODIES[provider.row.format]);
    expect(JSON.stringify([url, headers, body])).not.toContain('client-secret');
    expect(JSON.stringify([url, headers, body]).split(KEY)).toHaveLength(2);
  });

  it('is called below its base URL, with its query', () => {
    const { url } = chat(provider, true);
    expect(url.href.startsWith(`${provider.row.baseUrl}/`)).toBe(true);
    for (const [name, value] of Object.entries(provider.row.query ?? {}))
      expect(url.searchParams.get(name)).toBe(value.replace(/\{\w+\}/, 'acme'));
  });
});

describe.each(byFormat('openai-chat'))('%s as chat completions', (_, provider) => {
  const { row } = provider;

  it.each([false, true])('gets the request in its own spelling (stream: %s)', (stream) => {
    const { body, call } = chat(provider, stream);
    const said = spelledFor(provider);
    expect(body).toMatchObject(said.fields);
    for (const name of said.absent) expect(body, name).not.toHaveProperty(name);
    for (const name of row.drop ?? []) expect(call.dropped).toContain(name);
    expect(modelIn(body, row)).toBe(modelFor(row));
    expect(body).toMatchObject(row.bodyFields ?? {});
    expect(body.stream).toBe(stream ? true : undefined);
    expect(body.stream_options).toEqual(stream && row.streamUsage !== false ? { include_usage: true } : undefined);
  });

  it('gets a passing request in its own spelling', () => {
    const asked = {
      max_completion_tokens: 100,
      seed: 7,
      stop: ['END'],
      logit_bias: {},
      user: 'somebody',
      ...EXTENSIONS,
    };
    const { body, call } = pass(provider, {
      ...asked,
      model: 'alias',
      messages: [{ role: 'developer', content: 'Be brief.' }],
    });
    const refused = Object.keys(asked).filter((name) => row.drop?.includes(name));
    for (const [name, value] of Object.entries(asked)) {
      if (refused.includes(name)) continue;
      expect(body[row.rename?.[name] ?? name], name).toEqual(value);
    }
    for (const name of [...refused, ...Object.keys(row.rename ?? {})]) expect(body, name).not.toHaveProperty(name);
    expect([...call.dropped].sort()).toEqual(refused.sort());
    expect(modelIn(body, row)).toBe(modelFor(row));
    expect(body).toMatchObject(row.bodyFields ?? {});
    expect((body.messages as { role: string }[])[0]?.role).toBe(
      row.repairs?.includes('developer-as-system') ? 'system' : 'developer',
    );
  });

  it('gets the instructions in a role that it knows', () => {
    const roles = (chat(provider, false).body.messages as { role: string }[]).map(({ role }) => role);
    expect(roles).toEqual([row.repairs?.includes('developer-as-system') ? 'system' : 'developer', 'user']);
  });

  it('is called at the path of the format or at its own', () => {
    const path = row.paths?.chat?.replace('{model}', IN_PATH) ?? '/chat/completions';
    expect(chat(provider, false).url.pathname).toBe(provider.basePath + path);
    const streams = row.streamPath?.replace('{model}', IN_PATH) ?? path;
    expect(chat(provider, true).url.pathname).toBe(provider.basePath + streams);
  });

  it('gets embeddings at their path, if it serves them in the form of the format', () => {
    if (!row.serves.includes('embeddings') || row.families?.embeddings !== undefined) return;
    const { url, headers, body } = embed(provider);
    const path = row.paths?.embeddings?.replace('{model}', 'maker%2Fmodel-1') ?? '/embeddings';
    expect(url.pathname).toBe(provider.basePath + path);
    expect(body).toEqual({ model: MODEL, input: ['Hello'] });
    expect(JSON.stringify(headers)).toContain(KEY);
  });
});

describe.each(byFormat('anthropic-messages'))('%s as messages', (_, provider) => {
  it.each([false, true])('gets the request (stream: %s)', (stream) => {
    const { url, headers, body } = chat(provider, stream);
    const { row } = provider;
    const path = (stream ? row.streamPath : row.paths?.chat) ?? '/v1/messages';
    expect(url.pathname).toBe(provider.basePath + path.replace('{model}', IN_PATH));
    if (row.bodyFields === undefined) expect(headers['anthropic-version']).toBe('2023-06-01');
    expect(body.model).toBe(modelFor(row));
    expect(body).toMatchObject({
      ...row.bodyFields,
      max_tokens: 100,
      system: 'Be brief.',
      messages: [{ role: 'user', content: 'Hello' }],
    });
    expect(body.stream ?? false).toBe(stream);
  });

  it('gets the bound that it requires when the client gives none', () => {
    const { call, body } = chat(
      provider,
      false,
      { ...REQUEST, maxOutputTokens: undefined } as unknown as ChatRequest,
      'claude-haiku-4-5',
    );
    expect(body.max_tokens).toBe(64_000);
    expect(call.inserted).toEqual(['max_tokens=64000']);
  });
});

describe.each(byFormat('openai-responses'))('%s as responses', (_, provider) => {
  it.each([false, true])('gets the request (stream: %s)', (stream) => {
    const { url, body } = chat(provider, stream);
    expect(url.pathname).toBe(`${provider.basePath}/responses`);
    expect(body).toMatchObject({ model: MODEL, max_output_tokens: 100 });
    expect(body.input).toEqual([
      { role: 'developer', content: 'Be brief.' },
      { role: 'user', content: 'Hello' },
    ]);
    expect(body.stream ?? false).toBe(stream);
  });
});

describe.each(byFormat('gemini'))('%s as generateContent', (_, provider) => {
  it.each([
    [false, ':generateContent', null],
    [true, ':streamGenerateContent', 'sse'],
  ] as const)('gets the request (stream: %s)', (stream, action, alt) => {
    const { url, body } = chat(provider, stream, REQUEST, 'gemini-3.5-flash');
    expect(url.pathname).toBe(`${provider.basePath}/models/gemini-3.5-flash${action}`);
    expect(url.searchParams.get('alt')).toBe(alt);
    expect(body.contents).toEqual([{ role: 'user', parts: [{ text: 'Hello' }] }]);
    expect(body.generationConfig).toMatchObject({ maxOutputTokens: 100, seed: 7 });
  });
});

/** The model in the body, by the name that the API has for it. */
const modelIn = (body: Record<string, unknown>, row: ProviderRow): unknown => body[row.rename?.model ?? 'model'];

/** What stands there: nothing, or something fixed, where the path names the model. */
const modelFor = (row: ProviderRow): string | undefined =>
  row.modelInPath === true ? undefined : (row.bodyFields?.model ?? MODEL);

/** What a row's API is to be sent: everything that was asked for, less what it refuses, under its own names. */
function spelledFor({ row }: ResolvedProvider): { fields: Record<string, unknown>; absent: string[] } {
  const exact = row.fidelity === 'exact';
  const asked: Record<string, unknown> = {
    [exact ? 'max_completion_tokens' : 'max_tokens']: 100,
    ...{ temperature: 0.5, top_p: 0.9, seed: 7, stop: ['END'], frequency_penalty: 0.1, presence_penalty: 0.2 },
    ...{
      logprobs: true,
      top_logprobs: 2,
      logit_bias: { '50256': -100 },
      user: 'somebody',
      service_tier: 'auto',
      ...EXTENSIONS,
    },
    ...(exact ? {} : { top_k: 20 }),
  };
  const kept = Object.entries(asked).filter(([name]) => !row.drop?.includes(name));
  const fields = Object.fromEntries(kept.map(([name, value]) => [row.rename?.[name] ?? name, value]));
  const renamed = Object.keys(row.rename ?? {}).filter((name) => !(name in fields));
  return { fields, absent: [...(row.drop ?? []), ...renamed] };
}

function configured(id: string): ResolvedProvider {
  const row = catalogRow(id);
  const wanted = [
    row?.baseUrl ?? '',
    ...Object.values(row?.query ?? {}),
    ...Object.values(row?.bodyFields ?? {}),
  ].flatMap(placeholdersOf);
  const signs = row?.auth === 'credentials';
  const config: ProviderConfig = {
    ...(signs ? {} : { apiKey: KEY }),
    settings: Object.fromEntries(wanted.map((name) => [name, 'acme'])),
    ...(row?.baseUrl === undefined ? { baseUrl: 'https://llm.acme.dev/v1' } : {}),
  };
  return resolveProvider(id, config, undefined, signs ? { headers: () => SIGNED } : undefined);
}

function chat(provider: ResolvedProvider, stream: boolean, request = REQUEST, model = MODEL): Wire {
  const { client } = ADAPTERS[provider.row.format];
  return wire(provider, client.render(request, targetOf(provider, model), exchangeFor(model, stream)));
}

/** A client's own body as it passes through. Every header that the client could have sent holds a secret of its. */
function pass(provider: ResolvedProvider, body: unknown): Wire {
  const inbound = {
    path: { model: 'alias', action: 'generateContent' },
    query: new URLSearchParams('key=client-secret'),
    header: (name: string) =>
      /^(?:content-type|accept|anthropic-(?:version|beta))$/.test(name) ? undefined : 'client-secret',
  };
  const raw = bodyOfValue(body, { maxBytes: 10_000, maxDepth: 16 });
  const { client } = ADAPTERS[provider.row.format];
  return wire(provider, client.forward(raw, inbound, targetOf(provider, MODEL), exchangeFor('alias', false)));
}

function embed(provider: ResolvedProvider): Wire {
  const target = targetOf(provider, MODEL);
  const body = bodyOfValue({ model: 'alias', input: ['Hello'] }, { maxBytes: 1000, maxDepth: 8 });
  const call = ADAPTERS[provider.row.format].operations?.embeddings?.render(body, target, exchangeFor('alias', false));
  if (call === undefined) throw new Error('the format has no embeddings');
  return wire(provider, call);
}

function targetOf({ id, row }: ResolvedProvider, model: string): Target {
  const maxOutputTokens = maxOutputTokensOf(model);
  return { provider: id, model, row, ...(maxOutputTokens === undefined ? {} : { maxOutputTokens }) };
}

/** The call as it leaves, put together as the line does. */
function wire(provider: ResolvedProvider, call: UpstreamCall): Wire {
  const { origin, path } = urlOf(provider, call.path);
  const text = typeof call.body === 'string' ? call.body : new TextDecoder().decode(call.body as Uint8Array);
  expect(call.method).toBe('POST');
  const own = provider.credentials === undefined ? {} : SIGNED;
  return {
    url: new URL(origin + path),
    headers: { ...headersOf(provider, call), ...own },
    body: JSON.parse(text),
    call,
  };
}

function exchangeFor(model: string, stream: boolean): Exchange {
  return { id: 'exchange-1', created: 1_780_000_000, model, peek: { model, stream }, newId: (prefix) => `${prefix}1` };
}

it('a word for a choice of tools goes where the API takes it, and another choice stays', () => {
  const watsonx = configured('watsonx');
  const body = { model: 'alias', messages: [{ role: 'user', content: 'Hello' }] };
  const chosen = { type: 'function', function: { name: 'look_up' } };
  expect(pass(watsonx, { ...body, tool_choice: 'required' }).body).toMatchObject({ tool_choice_option: 'required' });
  expect(pass(watsonx, { ...body, tool_choice: 'required' }).body).not.toHaveProperty('tool_choice');
  expect(pass(watsonx, { ...body, tool_choice: chosen }).body).toMatchObject({ tool_choice: chosen });
});

it('what a row fixes in bodies wins over what the client writes there', () => {
  const claude = configured('vertex_ai-anthropic');
  const { body } = pass(claude, { ...BODIES['anthropic-messages'], anthropic_version: 'other' });
  expect(body).toEqual({
    max_tokens: 10,
    messages: [{ role: 'user', content: 'Hello' }],
    anthropic_version: 'vertex-2023-10-16',
  });
});
