import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ChatRequest } from '../../chat/request.ts';
import { isGatewayError } from '../../kit/errors.ts';
import { bodyOf, bodyOfValue } from '../../transport/body-of.ts';
import type { Exchange, Inbound, Peek, Target } from '../adapter.ts';
import { gemini } from './index.ts';

const row: Target['row'] = {
  format: 'gemini',
  auth: 'none',
  apiKeyEnv: [],
  serves: ['chat'],
  source: 'https://ai.google.dev/api',
};
const target: Target = { provider: 'google', model: 'gemini-3-pro', row };
const inbound = (action = 'generateContent', query = '', model = 'fast'): Inbound => ({
  path: { model, action },
  query: new URLSearchParams(query),
  header: () => 'x',
});
const exchange = (stream = false): Exchange => ({
  id: 'x',
  created: 1,
  model: 'fast',
  peek: { model: 'fast', stream },
  newId: (prefix) => `${prefix}1`,
});
const limits = { maxBytes: 1 << 20, maxDepth: 64 };
const json = (text: string): ReturnType<typeof bodyOf> => bodyOf(new TextEncoder().encode(text), limits);
const peek = (body: object, at: Inbound = inbound()): Peek =>
  gemini.server.peek(json(JSON.stringify(body)).fields(), at);
const contents = [{ role: 'user', parts: [{ text: 'Hi' }] }];

describe('a glance at a request', () => {
  it('takes the model and the action from the path', () => {
    expect(peek({ contents })).toEqual({ model: 'fast', stream: false });
    expect(peek({ contents, model: 'models/fast' })).toEqual({ model: 'fast', stream: false });
    expect(peek({ contents }, inbound('generateContent', '', 'models/fast')).model).toBe('fast');
    expect(peek({ contents }, inbound('countTokens'))).toEqual({ model: 'fast', stream: false });
  });

  it('tells the framing of a stream by alt', () => {
    expect(peek({ contents }, inbound('streamGenerateContent', 'alt=sse'))).toMatchObject({
      stream: true,
      framing: 'sse',
    });
    expect(peek({ contents }, inbound('streamGenerateContent'))).toMatchObject({ stream: true, framing: 'json-array' });
    expect(peek({ contents }, inbound('streamGenerateContent', 'alt=json'))).toMatchObject({ framing: 'json-array' });
  });

  it.each([
    [{ generationConfig: { maxOutputTokens: 7, candidateCount: 2 } }, { maxOutputTokens: 7, n: 2 }],
    [{ generation_config: { max_output_tokens: 7, candidate_count: 2 } }, { maxOutputTokens: 7, n: 2 }],
    [{ generationConfig: { thinkingConfig: { thinkingLevel: 'LOW' } } }, { reasoning: true }],
    [{ generationConfig: { thinkingConfig: { thinkingBudget: 0 } } }, { reasoning: false }],
    [{ tools: [{ googleSearch: {} }, { mcpServers: [{ name: 'm' }] }] }, { remoteTools: true }],
    [{ tools: [{ mcp_servers: [] }] }, { remoteTools: true }],
    [{ tools: { mcpServers: [{}] } }, { remoteTools: true }],
    [{ tools: [{ googleSearch: {} }] }, {}],
    [
      {
        generateContentRequest: {
          model: 'models/fast',
          generationConfig: { maxOutputTokens: 7 },
          tools: [{ mcpServers: [] }],
        },
      },
      { maxOutputTokens: 7, remoteTools: true },
    ],
  ])('sees in %j that %j', (body, seen) => {
    expect(peek(body)).toEqual({ model: 'fast', stream: false, ...seen });
  });

  it.each([
    [{ model: 'models/other' }, 'invalid_request', 'model'],
    [{ model: 7 }, 'invalid_request', 'model'],
    [{ generateContentRequest: { model: 'models/other' } }, 'invalid_request', 'generateContentRequest.model'],
    [{ generationConfig: { maxOutputTokens: '7' } }, 'invalid_request', 'generationConfig.maxOutputTokens'],
    [{ generationConfig: { maxOutputTokens: -1 } }, 'invalid_request', 'generationConfig.maxOutputTokens'],
    [{ generationConfig: { candidateCount: 1.5 } }, 'invalid_request', 'generationConfig.candidateCount'],
    [{ generationConfig: [] }, 'invalid_request', 'generationConfig'],
    [{ generationConfig: {}, generation_config: {} }, 'duplicate_key', 'generationConfig'],
    [
      { generationConfig: { maxOutputTokens: 1, max_output_tokens: 9 } },
      'duplicate_key',
      'generationConfig.maxOutputTokens',
    ],
    [{ generationConfig: { thinkingConfig: 1 } }, 'invalid_request', 'generationConfig.thinkingConfig'],
  ])('refuses %j', (body, code, param) => {
    expect(() => peek(body)).toThrow(expect.objectContaining({ code, param }));
  });
});

describe('a request', () => {
  const parse = (body: unknown): ChatRequest => gemini.server.parse(body, inbound());

  it('may be short: text for contents, text for the instruction, a lone part', () => {
    expect(parse({ contents: 'Hi', systemInstruction: 'Be brief.' }).messages).toEqual([
      { role: 'system', content: [{ type: 'text', text: 'Be brief.' }] },
      { role: 'user', content: [{ type: 'text', text: 'Hi' }] },
    ]);
    expect(parse({ contents: { parts: { text: 'Hi' } } }).messages).toEqual([
      { role: 'user', content: [{ type: 'text', text: 'Hi' }] },
    ]);
  });

  it('wrapped for a token count is read inside', () => {
    expect(parse({ generateContentRequest: { contents } }).messages).toHaveLength(1);
    expect(parse({ generate_content_request: { contents } }).messages).toHaveLength(1);
  });

  it('pairs results with calls by name and order where ids are missing, and by the call when only it has one', () => {
    const { messages } = parse({
      contents: [
        { role: 'user', parts: [{ text: 'Hi' }] },
        {
          role: 'model',
          parts: [
            { functionCall: { name: 'f' } },
            { functionCall: { id: 'g1', name: 'g' } },
            { functionCall: { name: 'f' } },
          ],
        },
        {
          role: 'function',
          parts: [
            { functionResponse: { name: 'g', response: {} } },
            { functionResponse: { name: 'f', response: { n: 1 } } },
            { functionResponse: { name: 'f', response: { n: 2 } } },
            { functionResponse: { name: 'h', response: {} } },
          ],
        },
      ],
    });
    expect(messages[1]?.content).toMatchObject([{ callId: 'call_0_f' }, { callId: 'g1' }, { callId: 'call_2_f' }]);
    expect(messages[2]).toMatchObject({
      role: 'tool',
      content: [
        { callId: 'g1' },
        { callId: 'call_0_f', content: [{ text: '{"n":1}' }] },
        { callId: 'call_2_f', content: [{ text: '{"n":2}' }] },
        { callId: 'call_3_h' },
      ],
    });
  });

  it('keeps results of tools in messages of their own', () => {
    const { messages } = parse({
      contents: [
        {
          role: 'user',
          parts: [
            { text: 'a' },
            { functionResponse: { id: '1', name: 'f', response: { result: 'x' } } },
            { text: 'b' },
          ],
        },
      ],
    });
    expect(messages.map((message) => message.role)).toEqual(['user', 'tool', 'user']);
  });

  it('has its schema in the words of JSON Schema for every other vendor', () => {
    const parameters = {
      type: 'OBJECT',
      properties: {
        a: { type: 'STRING', nullable: true },
        b: { type: 'ARRAY', items: { any_of: [{ type: 'INTEGER' }, { type: 'NUMBER' }] }, min_items: '2' },
      },
      required: ['a'],
    };
    expect(parse({ contents, tools: [{ functionDeclarations: [{ name: 'f', parameters }] }] }).tools).toMatchObject([
      {
        inputSchema: {
          type: 'object',
          properties: {
            a: { type: ['string', 'null'] },
            b: { type: 'array', items: { anyOf: [{ type: 'integer' }, { type: 'number' }] }, minItems: 2 },
          },
          required: ['a'],
        },
      },
    ]);
  });

  it('names by their path the fields that the chat model does not have', () => {
    const { extensions } = parse({
      contents,
      safetySettings: [],
      generationConfig: { mediaResolution: 'X', thinkingConfig: { depth: 1 } },
      toolConfig: { retrievalConfig: {}, functionCallingConfig: { mode: 'VALIDATED' } },
      serviceTier: 'odd',
    });
    expect(Object.keys(extensions?.['gemini'] ?? {})).toEqual([
      'safetySettings',
      'generationConfig.mediaResolution',
      'generationConfig.thinkingConfig.depth',
      'toolConfig.retrievalConfig',
      'toolConfig.functionCallingConfig.mode',
      'serviceTier',
    ]);
  });

  it.each([
    [null, undefined],
    [[], undefined],
    [{}, 'contents'],
    [{ contents: [{ role: 'system', parts: [] }] }, 'contents.0.role'],
    [{ contents: [7] }, 'contents.0'],
    [{ contents: [{ parts: ['x'] }] }, 'contents.0.parts.0'],
    [{ contents, tools: [{ functionDeclarations: [{ description: 'x' }] }] }, 'tools.0.functionDeclarations.0.name'],
    [{ contents, tools: ['x'] }, 'tools.0'],
    [{ contents, generationConfig: { temperature: 'hot' } }, 'generationConfig.temperature'],
    [{ contents, generationConfig: { stopSequences: 7 } }, 'generationConfig.stopSequences'],
    [{ contents, toolConfig: 'x' }, 'toolConfig'],
  ])('that is %j is refused at %s', (body, param) => {
    expect(() => parse(body)).toThrow(expect.objectContaining({ code: 'invalid_request', param }));
  });
});

describe('pass-through', () => {
  it('exchanges the model in the path, and leaves every byte of the body', () => {
    const body = json('{ "contents": [ {"parts":[{"text":"H\\u0069"}]} ], "future": 1e0 }');
    const call = gemini.client.forward(
      body,
      inbound('streamGenerateContent', 'alt=sse&key=secret'),
      target,
      exchange(true),
    );
    expect(call).toMatchObject({
      method: 'POST',
      path: '/models/gemini-3-pro:streamGenerateContent?alt=sse',
      headers: { 'content-type': 'application/json' },
      stream: true,
      dropped: [],
      inserted: [],
    });
    expect(call.body).toBe(body.bytes());
  });

  it('takes the alias out of a body that names it', () => {
    const call = gemini.client.forward(json('{"model":"models/fast", "contents": []}'), inbound(), target, exchange());
    expect(JSON.parse(new TextDecoder().decode(call.body as Uint8Array))).toEqual({ contents: [] });
  });

  it('exchanges the model that a token count names inside', () => {
    const call = gemini.client.forward(
      json('{"generateContentRequest":{"model":"models/fast","contents":[]}}'),
      inbound('countTokens'),
      target,
      exchange(),
    );
    expect(JSON.parse(new TextDecoder().decode(call.body as Uint8Array))).toEqual({
      generateContentRequest: { model: 'models/gemini-3-pro', contents: [] },
    });
  });

  it('drops and renames what the row says', () => {
    const own = { ...target, row: { ...row, drop: ['labels'], rename: { cachedContent: 'cache' } } };
    const call = gemini.client.forward(
      json('{"labels":{},"cachedContent":"c","contents":[]}'),
      inbound('countTokens'),
      own,
      exchange(),
    );
    expect(JSON.parse(new TextDecoder().decode(call.body as Uint8Array))).toEqual({ cache: 'c', contents: [] });
    expect(call).toMatchObject({ path: '/models/gemini-3-pro:countTokens', dropped: ['labels'] });
  });
});

describe('a token count', () => {
  it('asks for the whole request, and reads the total', () => {
    const call = gemini.client.count?.render(
      { messages: [{ role: 'user', content: [{ type: 'text', text: 'Hi' }] }], temperature: 1 },
      target,
      exchange(),
    );
    expect(call?.path).toBe('/models/gemini-3-pro:countTokens');
    expect(JSON.parse(String(call?.body))).toEqual({
      generateContentRequest: {
        model: 'models/gemini-3-pro',
        contents: [{ parts: [{ text: 'Hi' }], role: 'user' }],
        generationConfig: { temperature: 1 },
      },
    });
    expect(gemini.client.count?.parse({ totalTokens: 31, promptTokensDetails: [] })).toBe(31);
    expect(gemini.client.count?.parse({})).toMatchObject({ kind: 'invalid-response' });
    expect(
      gemini.client.count?.parse({ error: { code: 400, message: 'm', status: 'INVALID_ARGUMENT' } }),
    ).toMatchObject({ kind: 'rejected' });
    expect(gemini.server.count?.(31, exchange())).toEqual({ totalTokens: 31 });
  });
});

describe('the list of models', () => {
  it('names them as resources', () => {
    const entry = { id: 'openai/gpt', created: 1, ownedBy: 'x' };
    const listed = {
      name: 'models/openai/gpt',
      displayName: 'openai/gpt',
      supportedGenerationMethods: ['generateContent', 'streamGenerateContent', 'countTokens'],
    };
    expect(gemini.server.models?.([entry], inbound())).toMatchObject({ models: [listed] });
    expect(gemini.server.model?.(entry)).toMatchObject(listed);
  });
});

/** Objects that look like requests, with anything anywhere. */
const KEYS = [
  'contents',
  'parts',
  'role',
  'text',
  'thought',
  'thoughtSignature',
  'inlineData',
  'inline_data',
  'fileData',
  'fileUri',
  'mimeType',
  'data',
  'functionCall',
  'functionResponse',
  'response',
  'args',
  'name',
  'id',
  'tools',
  'functionDeclarations',
  'parameters',
  'properties',
  'items',
  'type',
  'generationConfig',
  'thinkingConfig',
  'speechConfig',
  'responseSchema',
  'toolConfig',
  'functionCallingConfig',
  'mode',
  'systemInstruction',
  'executableCode',
  '__proto__',
  'constructor',
];
const { tree } = fc.letrec((tie) => ({
  tree: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom<unknown>(null, '', 'model', 'user', 'AUTO', 'OBJECT', 'https://a.example/b.png', 0, -1, 1.5, true),
    fc.array(tie('tree'), { maxLength: 3 }),
    fc
      .array(fc.tuple(fc.constantFrom(...KEYS), tie('tree')), { maxLength: 5 })
      .map((entries) => Object.fromEntries(entries) as unknown),
  ),
}));

describe('whatever a client sends', () => {
  it('is a request, or refused by a RequestError', () => {
    fc.assert(
      fc.property(tree, tree, (one, other) => {
        for (const body of [
          one,
          {
            contents: one,
            ...(typeof other === 'object' && other !== null && !Array.isArray(other) ? other : { tools: other }),
          },
          { contents: [{ parts: [one] }], tools: [other], generationConfig: other },
        ]) {
          try {
            gemini.server.peek(bodyOfValue(body, limits).fields(), inbound());
            gemini.client.render(gemini.server.parse(body, inbound()), target, exchange());
          } catch (error) {
            if (!isGatewayError(error)) throw error;
          }
        }
        expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
      }),
      { numRuns: 2000 },
    );
  });
});

describe('whatever a provider answers', () => {
  it('is an answer or a fault, whole and streamed, and never a TypeError', () => {
    const call = gemini.client.render({ messages: [] }, target, exchange());
    fc.assert(
      fc.property(tree, (value) => {
        for (const body of [
          value,
          { candidates: value },
          { candidates: [value], usageMetadata: value, promptFeedback: value },
          { candidates: [{ content: value, finishReason: value, groundingMetadata: value, logprobsResult: value }] },
          { candidates: [{ content: { parts: [value, value] }, citationMetadata: value }] },
          { error: value },
        ]) {
          gemini.client.parse(body, call, exchange());
          gemini.client.meter(call).body(body);
          for (const read of [gemini.client.decoder(call, exchange()), gemini.client.meter(call)]) {
            try {
              read.push({ raw: new Uint8Array(), event: undefined, data: JSON.stringify(body) });
            } catch (error) {
              expect(error).toBeInstanceOf(SyntaxError);
            }
          }
        }
      }),
      { numRuns: 1000 },
    );
  });
});
