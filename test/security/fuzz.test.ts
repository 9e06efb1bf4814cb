import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readWhole } from '../kit/answers.ts';
import { CHATS } from '../kit/chat.ts';
import type { ChatFormat } from '../kit/formats.ts';
import { type Answered, type Bench, bench, ORIGINS } from '../kit/in-process.ts';
import { FORMATS, PROVIDERS } from '../kit/stage.ts';

/** POSTERN_FUZZ_RUNS hunts longer than a test may. */
const RUNS = { numRuns: Number(process.env['POSTERN_FUZZ_RUNS'] ?? 150) };
const MODEL = 'sim-text-2';

let at: Bench;
beforeEach(() => {
  at = bench({ sim: { unknownFields: 'allow', keep: 10 } });
});
afterEach(() => {
  expect(at.dialled.every(({ origin }) => ORIGINS.includes(origin))).toBe(true);
  expect(at.gateway.stats().open).toBe(0);
  // A fault of the gateway itself would be told here.
  expect(at.logged.filter((line) => line.includes('failed inside the gateway'))).toEqual([]);
});

/** An answer of the format, or an error of it that says something. */
function expectWellFormed(client: ChatFormat, { status, headers, body }: Answered): void {
  if (status === 404 && headers.get('x-host') === 'went on') return;
  expect([200, 400, 401, 403, 404, 405, 408, 413, 415, 429, 500, 502, 503, 504]).toContain(status);
  if (status === 200) return;
  expect(headers.get('content-type')).toContain('application/json');
  const { error } = readWhole(client, body);
  expect(error?.message).toBeTruthy();
  expect(error?.status ?? status).toBe(status);
}

async function send(
  client: ChatFormat,
  body: unknown,
  model = `${PROVIDERS[client]}/${MODEL}`,
  stream = false,
): Promise<void> {
  const call = CHATS[client]({ model, stream });
  expectWellFormed(client, await at.ask({ ...call, body }));
}

/** Names that mean something in some format, and such as mean something to JavaScript. */
const NAMES = [
  ...[
    'model',
    'messages',
    'contents',
    'system',
    'systemInstruction',
    'role',
    'content',
    'parts',
    'text',
    'type',
    'tools',
    'tool_calls',
    'tool_choice',
  ],
  ...[
    'function',
    'functionCall',
    'functionResponse',
    'functionDeclarations',
    'name',
    'arguments',
    'args',
    'input',
    'id',
    'tool_call_id',
    'tool_use_id',
  ],
  ...[
    'generationConfig',
    'generation_config',
    'response_format',
    'json_schema',
    'schema',
    'stream',
    'stream_options',
    'n',
    'max_tokens',
    'stop',
  ],
  ...[
    'image_url',
    'url',
    'source',
    'data',
    'media_type',
    'inlineData',
    'fileData',
    'thinking',
    'signature',
    'thoughtSignature',
    'reasoning_details',
  ],
  ...[
    'providerOptions',
    'cache_control',
    'metadata',
    'citations',
    'safetySettings',
    'toolConfig',
    'mcp_servers',
    'output_config',
    'logit_bias',
  ],
  ...['__proto__', 'constructor', 'prototype', 'toString', 'then', 'length', ''],
];
const TEXTS = [
  'user',
  'assistant',
  'system',
  'tool',
  'model',
  'developer',
  'function',
  'text',
  'image_url',
  'tool_use',
  'tool_result',
  'thinking',
  'auto',
  'data:image/png;base64,AAAA',
  'https://evil.test/x',
  '{"a":1}',
  '\u0000',
  '\ud800',
  'x'.repeat(300),
];

const name = fc.oneof(fc.constantFrom(...NAMES), fc.string({ maxLength: 8 }));
const leaf = fc.oneof(
  fc.constantFrom(...TEXTS),
  fc.string({ maxLength: 20 }),
  fc.double(),
  fc.integer(),
  fc.boolean(),
  fc.constant(null),
);
const { value: anything } = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 5 },
    leaf,
    fc.array(tie('value'), { maxLength: 4 }),
    fc.array(fc.tuple(name, tie('value')), { maxLength: 5 }).map(Object.fromEntries),
  ),
}));

/** Replaces, adds or removes something somewhere in the value. */
function mutated(value: unknown, path: readonly number[], other: unknown, key: string): unknown {
  const [step = 0, ...rest] = path;
  if (typeof value !== 'object' || value === null || path.length === 0) return other;
  if (Array.isArray(value)) {
    if (step % (value.length + 1) === value.length) return [...value, other];
    return value.map((item, index) => (index === step % (value.length + 1) ? mutated(item, rest, other, key) : item));
  }
  const entries = Object.entries(value);
  const at = step % (entries.length + 2);
  if (at === entries.length) return { ...value, [key]: other };
  if (at === entries.length + 1) return Object.fromEntries(entries.slice(1));
  return Object.fromEntries(
    entries.map(([member, inner], index) => [member, index === at ? mutated(inner, rest, other, key) : inner]),
  );
}

/** A conversation with everything in it, as a place to begin from. */
const RICH: Readonly<Record<ChatFormat, Record<string, unknown>>> = {
  'openai-chat': {
    model: '',
    messages: [
      { role: 'system', content: 'be brief' },
      {
        role: 'user',
        content: [
          { type: 'text', text: 'hi' },
          { type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } },
        ],
      },
      {
        role: 'assistant',
        content: null,
        tool_calls: [{ id: 't1', type: 'function', function: { name: 'f', arguments: '{"a":1}' } }],
      },
      { role: 'tool', tool_call_id: 't1', content: 'ok' },
    ],
    tools: [
      {
        type: 'function',
        function: { name: 'f', parameters: { type: 'object', properties: { a: { type: 'integer' } } } },
      },
    ],
    response_format: { type: 'json_schema', json_schema: { name: 'x', schema: { type: 'object' } } },
    stop: ['x'],
    max_completion_tokens: 100,
  },
  'anthropic-messages': {
    model: '',
    max_tokens: 100,
    system: [{ type: 'text', text: 'be brief', cache_control: { type: 'ephemeral' } }],
    messages: [
      {
        role: 'user',
        content: [
          { type: 'text', text: 'hi' },
          { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'AAAA' } },
        ],
      },
      {
        role: 'assistant',
        content: [
          { type: 'text', text: 'so' },
          { type: 'tool_use', id: 't1', name: 'f', input: { a: 1 } },
        ],
      },
      { role: 'user', content: [{ type: 'tool_result', tool_use_id: 't1', content: [{ type: 'text', text: 'ok' }] }] },
    ],
    tools: [{ name: 'f', input_schema: { type: 'object', properties: { a: { type: 'integer' } } } }],
    stop_sequences: ['x'],
  },
  ollama: {
    model: '',
    stream: false,
    messages: [
      { role: 'system', content: 'be brief' },
      { role: 'user', content: 'hi', images: ['iVBORw0KGgoAAAAN'] },
      {
        role: 'assistant',
        content: 'so',
        thinking: 'hm',
        tool_calls: [{ function: { name: 'f', arguments: { a: 1 } } }],
      },
      { role: 'tool', tool_name: 'f', content: 'ok' },
    ],
    tools: [
      {
        type: 'function',
        function: { name: 'f', parameters: { type: 'object', properties: { a: { type: 'integer' } } } },
      },
    ],
    format: { type: 'object' },
    options: { num_predict: 100, stop: ['x'] },
  },
  'openai-responses': {
    model: '',
    instructions: 'be brief',
    input: [
      {
        role: 'user',
        content: [
          { type: 'input_text', text: 'hi' },
          { type: 'input_image', image_url: 'data:image/png;base64,AAAA' },
        ],
      },
      {
        type: 'reasoning',
        id: 'rs_1',
        summary: [{ type: 'summary_text', text: 'so' }],
        encrypted_content: 'postern.e30',
      },
      {
        type: 'message',
        id: 'msg_1',
        role: 'assistant',
        content: [{ type: 'output_text', text: 'so', annotations: [] }],
      },
      { type: 'function_call', id: 'fc_1', call_id: 't1', name: 'f', arguments: '{"a":1}' },
      { type: 'function_call_output', call_id: 't1', output: [{ type: 'input_text', text: 'ok' }] },
    ],
    tools: [{ type: 'function', name: 'f', parameters: { type: 'object', properties: { a: { type: 'integer' } } } }],
    tool_choice: { type: 'allowed_tools', mode: 'auto', tools: [{ type: 'function', name: 'f' }] },
    text: { format: { type: 'json_schema', name: 'x', schema: { type: 'object' } } },
    reasoning: { effort: 'low', summary: 'auto' },
    include: ['reasoning.encrypted_content'],
    max_output_tokens: 100,
  },
  gemini: {
    systemInstruction: { parts: [{ text: 'be brief' }] },
    contents: [
      { role: 'user', parts: [{ text: 'hi' }, { inlineData: { mimeType: 'image/png', data: 'AAAA' } }] },
      { role: 'model', parts: [{ functionCall: { name: 'f', args: { a: 1 } } }] },
      { role: 'user', parts: [{ functionResponse: { name: 'f', response: { ok: true } } }] },
    ],
    tools: [
      {
        functionDeclarations: [
          { name: 'f', parametersJsonSchema: { type: 'object', properties: { a: { type: 'integer' } } } },
        ],
      },
    ],
    generationConfig: { maxOutputTokens: 100, stopSequences: ['x'], responseMimeType: 'application/json' },
  },
  cohere: {
    model: '',
    messages: [
      { role: 'system', content: 'be brief' },
      {
        role: 'user',
        content: [
          { type: 'text', text: 'hi' },
          { type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } },
        ],
      },
      {
        role: 'assistant',
        content: [{ type: 'thinking', thinking: 'so' }],
        tool_plan: 'I will call f.',
        tool_calls: [{ id: 't1', type: 'function', function: { name: 'f', arguments: '{"a":1}' } }],
        citations: [{ start: 0, end: 1, text: 'I', sources: [{ type: 'document', id: 'd', document: { id: 'd' } }] }],
      },
      { role: 'tool', tool_call_id: 't1', content: [{ type: 'document', document: { id: 'd', data: { a: 'ok' } } }] },
    ],
    documents: ['a text', { id: 'd', data: { title: 't', text: 'x' } }],
    tools: [
      {
        type: 'function',
        function: { name: 'f', parameters: { type: 'object', properties: { a: { type: 'integer' } } } },
      },
    ],
    thinking: { type: 'enabled', token_budget: 5 },
    stop_sequences: ['x'],
    max_tokens: 100,
  },
  'bedrock-converse': {
    system: [{ text: 'be brief' }, { cachePoint: { type: 'default' } }],
    messages: [
      { role: 'user', content: [{ text: 'hi' }, { image: { format: 'png', source: { bytes: 'AAAA' } } }] },
      { role: 'assistant', content: [{ text: 'so' }, { toolUse: { toolUseId: 't1', name: 'f', input: { a: 1 } } }] },
      { role: 'user', content: [{ toolResult: { toolUseId: 't1', content: [{ text: 'ok' }] } }] },
    ],
    toolConfig: {
      tools: [
        {
          toolSpec: { name: 'f', inputSchema: { json: { type: 'object', properties: { a: { type: 'integer' } } } } },
        },
      ],
    },
    inferenceConfig: { maxTokens: 100, stopSequences: ['x'] },
  },
};

describe.each(FORMATS)('a client of %s', (client) => {
  it('that sends random bytes gets an error of its format', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 400 }), (bytes) => send(client, bytes)),
      RUNS,
    );
  });

  it('that sends random JSON gets an answer or an error of its format', async () => {
    await fc.assert(
      fc.asyncProperty(anything, fc.boolean(), (value, stream) =>
        send(client, JSON.stringify(value), undefined, stream),
      ),
      RUNS,
    );
  });

  it.each(FORMATS)(
    'that sends a conversation for %s with something wrong in it gets an answer or an error of its format',
    async (upstream) => {
      const model = `${PROVIDERS[upstream]}/${MODEL}`;
      const start = { ...RICH[client], ...(client === 'gemini' ? {} : { model }) };
      const path = fc.array(fc.nat(11), { minLength: 1, maxLength: 7 });
      const property = fc.asyncProperty(
        fc.array(fc.tuple(path, anything, name), { maxLength: 3 }),
        fc.boolean(),
        async (changes, stream) => {
          const changed = changes.reduce<unknown>(
            (value, [steps, other, key]) => mutated(value, steps, other, key),
            start,
          );
          const body =
            client === 'gemini' || typeof changed !== 'object' || changed === null || !stream
              ? changed
              : { ...changed, stream };
          await send(client, body, model, stream);
        },
      );
      await fc.assert(property, {
        ...RUNS,
        examples: [
          [[], false],
          [[], true],
        ],
      });
      // Not all of them were refused at the door.
      expect(at.dialled.length).toBeGreaterThan(10);
    },
  );

  it('that cuts or damages its JSON gets an error of its format', async () => {
    const model = `${PROVIDERS[client]}/${MODEL}`;
    const text = JSON.stringify({ ...RICH[client], ...(client === 'gemini' ? {} : { model }) });
    const damage = fc.tuple(fc.nat(text.length), fc.nat(20), fc.string({ maxLength: 6 }));
    const property = fc.asyncProperty(damage, ([from, length, other]) =>
      send(client, text.slice(0, from) + other + text.slice(from + length)),
    );
    await fc.assert(property, RUNS);
  });

  it('that names any model gets an answer or an error of its format', async () => {
    const names = fc.oneof(
      fc.string({ maxLength: 30 }),
      fc.string({ unit: 'binary', maxLength: 12 }),
      fc.constantFrom('oa/', '/oa', 'oa', 'ge/..', '__proto__/x', 'oa/x/y'),
    );
    const property = fc.asyncProperty(names, async (model) => {
      const call = CHATS[client]({ model: encodable(model) });
      expectWellFormed(client, await at.ask(call));
    });
    await fc.assert(property, RUNS);
  });
});

describe.each([
  ['/v1/completions', 'openai-chat', { prompt: 'hi', suffix: null, echo: true, max_tokens: 5, n: 1, stop: ['x'] }],
  [
    '/api/generate',
    'ollama',
    { prompt: 'hi', system: 'be brief', images: ['iVBORw0KGgoAAAAN'], options: { stop: ['x'] } },
  ],
] as const)('a client of %s', (path, errors, rich) => {
  it('that sends whatever gets an answer or an error of its format', async () => {
    const change = fc.tuple(fc.array(fc.nat(11), { minLength: 1, maxLength: 4 }), anything, name);
    const property = fc.asyncProperty(
      fc.array(change, { maxLength: 3 }),
      fc.constantFrom(...FORMATS),
      async (changes, upstream) => {
        const start: unknown = { ...rich, model: `${PROVIDERS[upstream]}/${MODEL}` };
        const body = changes.reduce((value, [steps, other, key]) => mutated(value, steps, other, key), start);
        expectWellFormed(errors, await at.ask({ path, headers: { 'content-type': 'application/json' }, body }));
      },
    );
    await fc.assert(property, RUNS);
    expect(at.dialled.length).toBeGreaterThan(10);
  });
});

/** Halves of surrogate pairs can stand in no URL. */
const encodable = (text: string): string => new TextDecoder().decode(new TextEncoder().encode(text));

it('paths, methods and headers at random never break the gateway', async () => {
  const segment = fc.oneof(
    fc.constantFrom(
      'v1',
      'v1beta',
      'models',
      'chat',
      'completions',
      'messages',
      'embeddings',
      'oa%2Fsim:generateContent',
      ':',
      '%',
      '%2e%2e',
      'health',
      '',
    ),
    fc.webSegment(),
  );
  const method = fc.constantFrom('GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'HEAD', 'OPTIONS');
  const headers = fc.dictionary(fc.stringMatching(/^[a-z][a-z-]{0,12}$/), fc.stringMatching(/^[!-~]{0,20}$/), {
    maxKeys: 4,
  });
  const property = fc.asyncProperty(
    fc.array(segment, { maxLength: 5 }),
    method,
    headers,
    async (segments, verb, given) => {
      const body = verb === 'GET' || verb === 'HEAD' ? undefined : '{"model":"oa/sim-text-2","messages":[]}';
      const { status } = await at.ask({ path: `/${segments.join('/')}`, headers: given, method: verb, body });
      expect(status).toBeGreaterThanOrEqual(200);
    },
  );
  await fc.assert(property, { numRuns: 2 * RUNS.numRuns });
});
