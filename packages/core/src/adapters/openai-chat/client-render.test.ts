import { describe, expect, it } from 'vitest';
import type { ChatRequest } from '../../chat/request.ts';
import type { ProviderRow } from '../provider-row.ts';
import type { Json } from '../shared/read.ts';
import { openaiChat } from './index.ts';
import { compatible, EXACT, exchange, target, translate } from './support.type-test.ts';

/** A canonical request that came from a client of another format. */
function render(
  request: Partial<ChatRequest>,
  row: ProviderRow = EXACT,
): { body: Json; dropped: readonly string[]; inserted: readonly string[] } {
  const call = openaiChat.client.render(
    { messages: [{ role: 'user', content: [{ type: 'text', text: 'Hi' }] }], ...request },
    target(row),
    exchange(),
  );
  return { body: JSON.parse(String(call.body)) as Json, dropped: call.dropped, inserted: call.inserted };
}
const messagesOf = (request: ChatRequest['messages'], row?: ProviderRow) => {
  const { body, dropped } = render({ messages: request }, row);
  return { messages: body['messages'] as Json[], dropped };
};

describe('the call', () => {
  it('goes to /chat/completions with nothing of the client in its headers', () => {
    const { call } = translate({ stream: true });
    expect(call).toMatchObject({
      method: 'POST',
      path: '/chat/completions',
      stream: true,
      headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
    });
  });
  it('fills the model into a path of the row, encoded', () => {
    const row = compatible({ paths: { chat: '/deployments/{model}/chat/completions' } });
    expect(openaiChat.client.render({ messages: [] }, target(row, 'a/b c'), exchange()).path).toBe(
      '/deployments/a%2Fb%20c/chat/completions',
    );
  });
  it('has its members in the same order every time', () => {
    expect(
      Object.keys(translate({ seed: 1, temperature: 0, tools: [{ type: 'function', function: { name: 'a' } }] }).body),
    ).toEqual(
      Object.keys(translate({ tools: [{ type: 'function', function: { name: 'a' } }], temperature: 0, seed: 1 }).body),
    );
  });
});

describe('the bound on answer tokens', () => {
  it('is spelled as the API that owns the format wants it, and as all others know it', () => {
    expect(render({ maxOutputTokens: 9 }).body).toMatchObject({ max_completion_tokens: 9 });
    expect(render({ maxOutputTokens: 9 }, compatible()).body).toMatchObject({ max_tokens: 9 });
  });
});

describe('the row', () => {
  it('renames members, and leaves a member out that another one already bears the name of', () => {
    const row = compatible({ rename: { seed: 'random_seed', max_completion_tokens: 'max_tokens' } });
    const { body } = translate({ seed: 7, random_seed: 9, max_completion_tokens: 5 }, row);
    expect(body).toMatchObject({ random_seed: 9, max_tokens: 5 });
    expect(body).not.toHaveProperty('seed');
    expect(body).not.toHaveProperty('max_completion_tokens');
  });
  it('drops what the API refuses, and only what was there is reported', () => {
    const { body, call } = translate({ logit_bias: { '1': 2 } }, compatible({ drop: ['logit_bias', 'user'] }));
    expect(body).not.toHaveProperty('logit_bias');
    expect(call.dropped).toEqual(['logit_bias']);
  });
});

describe('what this format has no form for', () => {
  it('is reported by the fields of other formats', () => {
    expect(render({ extensions: { gemini: { safetySettings: [] }, 'openai-chat': { store: true } } })).toMatchObject({
      body: { store: true },
      dropped: ['safetySettings'],
    });
  });
  it('reports server tools of other formats and offers the rest', () => {
    const { body, dropped } = render({
      tools: [
        { type: 'server', format: 'anthropic-messages', name: 'web_search_20250305', value: {} },
        { type: 'function', name: 'a' },
      ],
    });
    expect(body['tools']).toEqual([{ type: 'function', function: { name: 'a' } }]);
    expect(dropped).toEqual(['web_search_20250305']);
  });
  it('reports cache points, unless the API takes them', () => {
    const content = [{ type: 'text' as const, text: 'Hi', cache: { ttl: '1h' } }];
    expect(messagesOf([{ role: 'user', content }])).toEqual({
      messages: [{ role: 'user', content: 'Hi' }],
      dropped: ['cache_control'],
    });
    const taken = messagesOf([{ role: 'user', content }], compatible({ repairs: ['cache-control'] }));
    expect(taken).toEqual({
      messages: [
        { role: 'user', content: [{ type: 'text', text: 'Hi', cache_control: { type: 'ephemeral', ttl: '1h' } }] },
      ],
      dropped: [],
    });
  });
  it('reports top_k to the API that owns the format, and sends it to others', () => {
    expect(render({ topK: 5 })).toMatchObject({ dropped: ['top_k'] });
    expect(render({ topK: 5 }, compatible())).toMatchObject({ body: { top_k: 5 }, dropped: [] });
  });
  it('reports video', () => {
    const source = { kind: 'url', url: 'https://example.com/a' } as const;
    expect(
      messagesOf([
        {
          role: 'user',
          content: [
            { type: 'video', source },
            { type: 'text', text: 'Hi' },
          ],
        },
      ]),
    ).toEqual({
      messages: [{ role: 'user', content: 'Hi' }],
      dropped: ['video.url'],
    });
  });
  it.each(['file', 'audio'] as const)('refuses a URL where the API takes bytes only: %s', (type) => {
    const source = { kind: 'url', url: 'https://example.com/a' } as const;
    expect(() => messagesOf([{ role: 'user', content: [{ type, source }] }])).toThrow(
      expect.objectContaining({ code: 'media_url_unsupported', param: 'messages' }),
    );
  });
  it('shortens ids of calls that the API would refuse, the same for a call and its result', () => {
    const long = (end: string) => `toolu_${'x'.repeat(50)}${end}`;
    const call = (end: string) => ({ type: 'tool-call' as const, callId: long(end), name: 'f', input: '{}' });
    const result = (end: string) => ({ type: 'tool-result' as const, callId: long(end), content: [] });
    const { messages } = messagesOf([
      { role: 'assistant', content: [call('1'), call('2')] },
      { role: 'tool', content: [result('1'), result('2')] },
    ]);
    const [called, first, second] = messages as [{ tool_calls: { id: string }[] }, ...{ tool_call_id: string }[]];
    const ids = called.tool_calls.map(({ id }) => id);
    expect([first?.tool_call_id, second?.tool_call_id]).toEqual(ids);
    expect(new Set(ids).size).toBe(2);
    for (const id of ids) expect(id.length).toBeLessThanOrEqual(40);
  });
  it('tells what it had to give a name', () => {
    const file = {
      type: 'file' as const,
      source: { kind: 'base64' as const, data: 'JVBERg==', mediaType: 'application/pdf' },
    };
    expect(render({ messages: [{ role: 'user', content: [file] }] }).inserted).toEqual(['file.filename=document.pdf']);
    expect(render({ responseFormat: { type: 'json-schema', schema: {} } }).inserted).toEqual([
      'response_format.json_schema.name=response',
    ]);
    expect(render({ responseFormat: { type: 'json-schema', schema: {}, name: 'event' } }).inserted).toEqual([]);
  });
  it('reports parts of other formats by their names', () => {
    expect(
      messagesOf([{ role: 'user', content: [{ type: 'native', format: 'gemini', name: 'executableCode', value: {} }] }])
        .dropped,
    ).toEqual(['executableCode']);
  });
  it("reports earlier calls of the provider's own tools", () => {
    const { messages, dropped } = messagesOf([
      {
        role: 'assistant',
        content: [
          { type: 'server-tool-call', callId: 's', name: 'web_search', input: '{}' },
          { type: 'text', text: 'Found.' },
        ],
      },
    ]);
    expect(messages).toEqual([{ role: 'assistant', content: 'Found.' }]);
    expect(dropped).toEqual(['web_search']);
  });
});

describe('tool results', () => {
  const call = (id: string) => ({ type: 'tool-call' as const, callId: id, name: 'shot', input: '{}' });
  const image = { type: 'image' as const, source: { kind: 'base64' as const, data: 'AAAA', mediaType: 'image/png' } };
  const history: ChatRequest['messages'] = [
    { role: 'assistant', content: [call('a'), call('b')] },
    {
      role: 'tool',
      content: [
        { type: 'tool-result', callId: 'a', content: [{ type: 'text', text: 'one' }, image] },
        { type: 'tool-result', callId: 'b', content: [{ type: 'text', text: 'two' }], isError: true },
      ],
    },
    { role: 'user', content: [{ type: 'text', text: 'And?' }] },
  ];
  it('stay together behind their calls; their images follow in a message of the user, and are reported', () => {
    const { messages, dropped } = messagesOf(history);
    expect(messages.map((message) => message['role'])).toEqual(['assistant', 'tool', 'tool', 'user', 'user']);
    expect(messages[1]).toEqual({ role: 'tool', tool_call_id: 'a', content: 'one' });
    expect(messages[3]).toEqual({
      role: 'user',
      content: [{ type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } }],
    });
    expect(dropped).toEqual(['tool_result.image', 'tool_result.is_error']);
  });
  it('keep their images where the API takes them', () => {
    const { messages, dropped } = messagesOf(history, compatible({ repairs: ['images-in-tool-results'] }));
    expect(messages[1]?.['content']).toHaveLength(2);
    expect(messages).toHaveLength(4);
    expect(dropped).toEqual(['tool_result.is_error']);
  });
  it('come before what the user says in the same message', () => {
    const { messages } = messagesOf([
      {
        role: 'user',
        content: [
          { type: 'text', text: 'Go on' },
          { type: 'tool-result', callId: 'a', content: [] },
        ],
      },
    ]);
    expect(messages.map((message) => message['role'])).toEqual(['tool', 'user']);
  });
});

describe('names of tools', () => {
  it('are fitted to what the API allows, the same everywhere, and given back in the answer', () => {
    const name = 'files.read/all';
    const request: ChatRequest = {
      messages: [{ role: 'assistant', content: [{ type: 'tool-call', callId: 'c', name, input: '{}' }] }],
      tools: [{ type: 'function', name }],
      toolChoice: { type: 'tool', name },
    };
    const call = openaiChat.client.render(request, target(), exchange());
    const body = JSON.parse(String(call.body)) as {
      tools: { function: { name: string } }[];
      tool_choice: unknown;
      messages: unknown[];
    };
    const sent = body.tools[0]?.function.name ?? '';
    expect(sent).toMatch(/^[a-zA-Z0-9_-]{1,64}$/);
    expect(body.tool_choice).toEqual({ type: 'function', function: { name: sent } });
    expect(body.messages).toMatchObject([{ tool_calls: [{ function: { name: sent } }] }]);
    const message = {
      role: 'assistant',
      content: null,
      tool_calls: [{ id: 'd', type: 'function', function: { name: sent, arguments: '{}' } }],
    };
    expect(
      openaiChat.client.parse({ choices: [{ message, finish_reason: 'tool_calls' }] }, call, exchange()),
    ).toMatchObject({ choices: [{ content: [{ name }] }] });
  });
});

describe('allowed tools at an API that does not know them', () => {
  it('are the only ones offered', () => {
    const { body } = render(
      {
        tools: [
          { type: 'function', name: 'a' },
          { type: 'function', name: 'b' },
        ],
        toolChoice: { type: 'required', allowed: ['b'] },
      },
      compatible(),
    );
    expect(body).toMatchObject({ tools: [{ type: 'function', function: { name: 'b' } }], tool_choice: 'required' });
  });
});

describe('without any tool that the target can be offered', () => {
  it('there is no choice of one, and a forced one is reported', () => {
    const tools = [{ type: 'server' as const, format: 'gemini', name: 'googleSearch', value: {} }];
    const { body, dropped } = render({ tools, toolChoice: { type: 'auto' }, parallelToolCalls: false });
    expect(body).toEqual(render({}).body);
    expect(dropped).toEqual(['googleSearch']);
    expect(render({ tools, toolChoice: { type: 'required' } }).dropped).toEqual(['googleSearch', 'tool_choice']);
  });
});

describe('how much to think', () => {
  it.each<[string, ChatRequest['reasoning'], ProviderRow, Json, string[]]>([
    ['an effort', { effort: 'high' }, EXACT, { reasoning_effort: 'high' }, []],
    ['a small budget', { enabled: true, budget: 1024 }, EXACT, { reasoning_effort: 'low' }, []],
    ['a middling budget', { budget: 8192 }, EXACT, { reasoning_effort: 'medium' }, []],
    ['a large budget', { budget: 30_000 }, EXACT, { reasoning_effort: 'high' }, []],
    ['thinking without a measure', { enabled: true }, EXACT, { reasoning_effort: 'medium' }, []],
    ['no thinking, which older models have no word for', { enabled: false }, EXACT, {}, ['reasoning']],
    [
      'an aggregator: budget',
      { budget: 500 },
      compatible({ repairs: ['reasoning-object'] }),
      { reasoning: { max_tokens: 500 } },
      [],
    ],
    [
      'an aggregator: hidden',
      { effort: 'low', include: false },
      compatible({ repairs: ['reasoning-object'] }),
      { reasoning: { effort: 'low', exclude: true } },
      [],
    ],
    [
      'an aggregator: off',
      { enabled: false },
      compatible({ repairs: ['reasoning-object'] }),
      { reasoning: { enabled: false } },
      [],
    ],
    [
      'a switch',
      { effort: 'high' },
      compatible({ repairs: ['thinking-type'] }),
      { thinking: { type: 'enabled' }, reasoning_effort: 'high' },
      [],
    ],
    [
      'a switch: off',
      { effort: 'none' },
      compatible({ repairs: ['thinking-type'] }),
      { thinking: { type: 'disabled' } },
      [],
    ],
    [
      'a switch with a budget',
      { budget: 4096 },
      compatible({ repairs: ['enable-thinking'] }),
      { enable_thinking: true, thinking_budget: 4096 },
      [],
    ],
    [
      'a switch with a budget: off',
      { enabled: false },
      compatible({ repairs: ['enable-thinking'] }),
      { enable_thinking: false },
      [],
    ],
    [
      'a summary that the API can not give',
      { effort: 'low', summary: 'auto' },
      EXACT,
      { reasoning_effort: 'low' },
      ['reasoning.summary'],
    ],
  ])('%s', (_, reasoning, row, fields, dropped) => {
    const base = render({}, row).body;
    const rendered = render({ ...(reasoning === undefined ? {} : { reasoning }) }, row);
    expect(rendered.body).toEqual({ ...base, ...fields });
    expect(rendered.dropped).toEqual(dropped);
  });

  it("keeps the client's own spelling as long as it says what the request says", () => {
    expect(translate({ thinking: { type: 'enabled', budget_tokens: 900 } }, compatible()).body).toMatchObject({
      thinking: { type: 'enabled', budget_tokens: 900 },
    });
  });
});

describe('provider options', () => {
  const options = {
    'openai-chat': { verbosity: 'low', temperature: 1 },
    acme: { top_p: 0.5, verbosity: 'high' },
    gemini: { safetySettings: [] },
  };
  it('of this format and this provider win over the request; those of others are not its business', () => {
    const { body, call } = translate({ temperature: 0, providerOptions: options });
    expect(body).toMatchObject({ verbosity: 'high', temperature: 1, top_p: 0.5 });
    expect(body).not.toHaveProperty('providerOptions');
    expect(body).not.toHaveProperty('safetySettings');
    expect(call.dropped).toEqual([]);
  });
  it.each([
    'model',
    'models',
    'stream',
    'stream_options',
    'n',
    'max_tokens',
    'max_completion_tokens',
    'messages',
    'tools',
    'tool_choice',
    'system',
    'route',
    'preset',
  ])('can not set %s, on which the authorisation rests', (name) => {
    const plain = translate({}).body;
    const { body, call } = translate({ providerOptions: { 'openai-chat': { [name]: 'evil' } } });
    expect(body).toEqual(plain);
    expect(call.dropped).toEqual([`providerOptions.openai-chat.${name}`]);
  });
});

describe('repairs of requests', () => {
  it('developer-as-system', () => {
    expect(
      translate({ messages: [{ role: 'developer', content: 'x' }] }, compatible({ repairs: ['developer-as-system'] }))
        .body['messages'],
    ).toEqual([{ role: 'system', content: 'x' }]);
  });
  it('tool-choice-any', () => {
    expect(
      translate(
        { tools: [{ type: 'function', function: { name: 'a' } }], tool_choice: 'required' },
        compatible({ repairs: ['tool-choice-any'] }),
      ).body['tool_choice'],
    ).toBe('any');
  });
  it('string-content joins texts and leaves other content for the provider to judge', () => {
    const mixed = [
      { type: 'text', text: 'a' },
      { type: 'image_url', image_url: { url: 'https://example.com/a.png' } },
    ];
    const messages = [
      {
        role: 'user',
        content: [
          { type: 'text', text: 'a' },
          { type: 'text', text: 'b' },
        ],
      },
      {
        role: 'assistant',
        content: null,
        tool_calls: [{ id: 'c', type: 'function', function: { name: 'a', arguments: '{}' } }],
      },
      { role: 'user', content: mixed },
    ];
    const repaired = translate({ messages }, compatible({ repairs: ['string-content'] })).body['messages'] as Json[];
    expect(repaired.map((message) => message['content'])).toEqual(['a\nb', '', mixed]);
  });
  it('short-tool-ids gives a call and its result the same short id, and leaves short ones alone', () => {
    const call = (id: string) => ({ id, type: 'function', function: { name: 'a', arguments: '{}' } });
    const messages = [
      {
        role: 'assistant',
        content: null,
        tool_calls: [call('toolu_0123456789abcdef'), call('toolu_0123456789abcdeg'), call('abc123XYZ')],
      },
      { role: 'tool', tool_call_id: 'toolu_0123456789abcdef', content: 'x' },
      { role: 'tool', tool_call_id: 'abc123XYZ', content: 'y' },
    ];
    const repaired = translate({ messages }, compatible({ repairs: ['short-tool-ids'] })).body['messages'] as {
      tool_calls?: { id: string }[];
      tool_call_id?: string;
    }[];
    const ids = repaired[0]?.tool_calls?.map((entry) => entry.id) ?? [];
    expect(ids.every((id) => /^[a-zA-Z0-9]{9}$/.test(id))).toBe(true);
    expect(new Set(ids).size).toBe(3);
    expect(repaired[1]?.tool_call_id).toBe(ids[0]);
    expect(ids[2]).toBe('abc123XYZ');
  });
});
