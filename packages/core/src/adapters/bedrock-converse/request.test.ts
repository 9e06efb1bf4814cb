import { describe, expect, it } from 'vitest';
import type { ChatRequest, Message } from '../../chat/request.ts';
import type { Json } from '../shared/read.ts';
import { bedrockConverse } from './index.ts';
import { bodyOf, CLAUDE, exchange, heard, inbound, ORIGIN, ROW, send, target } from './support.type-test.ts';

const user = (...content: Message['content']): Message => ({ role: 'user', content });
const text = (said: string) => ({ type: 'text' as const, text: said });
const HELLO: Json = { role: 'user', content: [{ text: 'Hi' }] };
const TOOL: Json = {
  toolSpec: { name: 'look', description: 'Looks.', inputSchema: { json: { type: 'object', properties: {} } } },
};

/** Every kind of block and field, each as its page of the API reference has it: https://docs.aws.amazon.com/bedrock/latest/APIReference/ */
const EVERYTHING: Json = {
  messages: [
    {
      role: 'user',
      content: [
        { text: 'See these.' },
        { image: { format: 'png', source: { bytes: 'AAAA' } } },
        {
          image: { format: 'jpeg', source: { s3Location: { uri: 's3://bucket/a.jpg', bucketOwner: '123456789012' } } },
        },
        { document: { format: 'pdf', name: 'Lease (1)', source: { bytes: 'AAAA' }, citations: { enabled: true } } },
        { document: { format: 'md', name: 'notes', source: { text: '# Notes' }, context: 'old' } },
        { video: { format: 'three_gp', source: { s3Location: { uri: 's3://bucket/v' } } } },
        { audio: { format: 'mp3', source: { bytes: 'AAAA' } } },
        { guardContent: { text: { text: 'Guard me.', qualifiers: ['query'] } } },
        { searchResult: { source: 'a', title: 'A', content: [{ text: 'found' }], citations: { enabled: true } } },
        { cachePoint: { type: 'default', ttl: '1h' } },
      ],
    },
    {
      role: 'assistant',
      content: [
        { reasoningContent: { reasoningText: { text: 'Hm.', signature: 'c2ln' } } },
        { reasoningContent: { redactedContent: 'AAAA' } },
        {
          citationsContent: {
            content: [{ text: 'Cited.' }],
            citations: [{ title: 'A', location: { web: { url: 'https://a.test' } } }],
          },
        },
        { toolUse: { toolUseId: 'tooluse_1', name: 'look', input: { at: 'Bern' } } },
      ],
    },
    {
      role: 'user',
      content: [
        {
          toolResult: {
            toolUseId: 'tooluse_1',
            content: [
              { json: { rain: true } },
              { text: 'wet' },
              { image: { format: 'png', source: { bytes: 'AAAA' } } },
            ],
            status: 'error',
          },
        },
        { text: 'And?' },
      ],
    },
  ],
  system: [{ text: 'Be brief.' }, { cachePoint: { type: 'default' } }],
  inferenceConfig: { maxTokens: 3000, temperature: 1, stopSequences: ['END'] },
  toolConfig: {
    tools: [TOOL, { cachePoint: { type: 'default' } }, { systemTool: { name: 'nova_grounding' } }],
    toolChoice: { auto: {} },
  },
  guardrailConfig: { guardrailIdentifier: 'g', guardrailVersion: '1', trace: 'enabled' },
  additionalModelRequestFields: { thinking: { type: 'enabled', budget_tokens: 1024 }, anthropic_beta: ['x'] },
  additionalModelResponseFieldPaths: ['/stop_sequence'],
  requestMetadata: { team: 'a' },
  performanceConfig: { latency: 'optimized' },
  serviceTier: { type: 'priority' },
  outputConfig: {
    textFormat: {
      type: 'json_schema',
      structure: { jsonSchema: { schema: '{"type":"string"}', name: 'n', description: 'd' } },
    },
    effort: 'low',
  },
};

describe('a request of this format that goes through the chat model', () => {
  it('says the same again, with every block and field', () => {
    const { body, dropped, inserted } = send(heard(EVERYTHING), 'anthropic.claude-opus-4-5-20251101-v1:0');
    expect(body).toEqual(EVERYTHING);
    expect([dropped, inserted]).toEqual([[], []]);
  });

  it('keeps members that are unknown', () => {
    const odd = { messages: [HELLO], novelty: { a: 1 }, inferenceConfig: { maxTokens: 5, novelty: 2 } };
    expect(send(heard(odd)).body).toEqual(odd);
  });
});

describe('the path', () => {
  it.each([
    ['anthropic.claude-3-5-sonnet-20240620-v1:0', 'anthropic.claude-3-5-sonnet-20240620-v1%3A0'],
    [
      'arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/abc',
      'arn%3Aaws%3Abedrock%3Aus-east-1%3A123456789012%3Aapplication-inference-profile%2Fabc',
    ],
    ['us.amazon.nova-pro-v1:0', 'us.amazon.nova-pro-v1%3A0'],
  ])('holds %s escaped', (model, escaped) => {
    expect(send({}, model).path).toBe(`/model/${escaped}/converse`);
    expect(send({}, model, { stream: true }).path).toBe(`/model/${escaped}/converse-stream`);
  });

  it.each(['', '.', '..'])('is refused for the name %j, which would change it', (model) => {
    expect(() => send({}, model)).toThrow(expect.objectContaining({ code: 'model_not_found' }));
  });

  it('of a token count names the model itself, since no profile is counted', () => {
    const call = bedrockConverse.client.count?.render(
      { messages: [user(text('Hi'))], maxOutputTokens: 9 },
      target(CLAUDE),
      exchange(),
    );
    expect(call?.path).toBe('/model/anthropic.claude-sonnet-4-5-20250929-v1%3A0/count-tokens');
    expect(JSON.parse(String(call?.body))).toEqual({ input: { converse: { messages: [HELLO] } } });
    expect(bedrockConverse.client.count?.parse({ inputTokens: 7 })).toBe(7);
    expect(bedrockConverse.client.count?.parse({})).toMatchObject({ kind: 'invalid-response' });
  });
});

describe('pass-through', () => {
  const raw = bodyOf({ messages: [HELLO], inferenceConfig: { maxTokens: 5 } });
  it('sends the very bytes, the model in the path, and no header of the client, its signature least of all', () => {
    const call = bedrockConverse.client.forward(
      raw,
      inbound('converse-stream'),
      target('a.b:1'),
      exchange({ stream: true }),
    );
    expect(call.body).toEqual(raw.bytes());
    expect(call).toMatchObject({
      path: '/model/a.b%3A1/converse-stream',
      headers: { 'content-type': 'application/json' },
      stream: true,
    });
    expect(Object.keys(call.headers)).toEqual(['content-type']);
  });

  it('drops and renames what the row says, and tells', () => {
    const row = { ...ROW, drop: ['inferenceConfig'], rename: { messages: 'turns' } };
    const call = bedrockConverse.client.forward(raw, inbound(), target(CLAUDE, row), exchange());
    expect(JSON.parse(new TextDecoder().decode(call.body as Uint8Array))).toEqual({ turns: [HELLO] });
    expect(call.dropped).toEqual(['inferenceConfig']);
  });

  const foreign = { format: 'gemini', provider: 'google' };
  it('is not for what another provider left with the client', () => {
    const kept = (content: Json[], more: Json = {}) =>
      bedrockConverse.client.passes?.(
        bodyOf({ messages: [HELLO, { role: 'assistant', content }, HELLO], ...more }),
        target(),
      );
    const told = (content: Parameters<typeof bedrockConverse.server.render>[0]['choices'][0]['content']) => {
      const { body } = bedrockConverse.server.render({ choices: [{ content, stopReason: 'stop' }] }, exchange());
      return (body as { output: { message: { content: Json[] } } }).output.message.content;
    };
    expect(kept(told([{ type: 'reasoning', text: 'a', signature: 's', origin: foreign }]))).toBe(false);
    expect(kept(told([{ type: 'reasoning', text: '', encrypted: 's', origin: foreign }]))).toBe(false);
    expect(kept(told([{ ...text('a'), annotations: [{ kind: 'url', url: 'https://a.test' }] }]))).toBe(false);
    expect(kept([{ reasoningContent: { redactedContent: 'AAAA' } }])).toBe(true);
    const call = [{ toolUse: { toolUseId: 'call_1', name: 'x', input: {} } }];
    expect(kept(call)).toBe(true);
    expect(kept(call, { additionalModelRequestFields: { thinking: { type: 'enabled', budget_tokens: 1024 } } })).toBe(
      false,
    );
  });
});

describe('reasoning over turns', () => {
  it('of another provider comes back through the client byte for byte, and is sent to nobody else', () => {
    const origin = { format: 'anthropic-messages', provider: 'anthropic', model: 'claude' };
    const content: Message['content'] = [
      { type: 'reasoning', text: 'Hm ä', signature: 'c2ln', origin },
      { type: 'reasoning', text: '', encrypted: 'ZW5j', origin },
      { type: 'tool-call', callId: 'a', name: 'x', input: '{}', signature: 'c2ln', origin },
      { ...text('So.'), signature: 'dGV4dA==', origin },
    ];
    const { body } = bedrockConverse.server.render({ choices: [{ content, stopReason: 'tool-calls' }] }, exchange());
    const { message } = (body as { output: { message: Json } }).output;
    const [, echoed] = heard({ messages: [HELLO, message] }).messages;
    expect(echoed?.content).toEqual(content);
    const { body: sent, dropped } = send({ messages: [user(text('Hi')), { role: 'assistant', content }] });
    expect(JSON.stringify(sent)).not.toMatch(/c2ln|ZW5j|dGV4dA/);
    expect(dropped).toContain('reasoning');
  });

  it('of this provider goes back as it came, and comes first', () => {
    const thought = { type: 'reasoning' as const, text: 'Hm.', signature: 'c2ln', origin: ORIGIN };
    const { body } = send({ messages: [user(text('Hi')), { role: 'assistant', content: [text('So.'), thought] }] });
    expect((body.messages as Json[])[1]).toEqual({
      role: 'assistant',
      content: [{ reasoningContent: { reasoningText: { text: 'Hm.', signature: 'c2ln' } } }, { text: 'So.' }],
    });
  });
});

describe('what the API requires', () => {
  const roles = (messages: Message[]) => (send({ messages }).body.messages as Json[]).map(({ role }) => role);

  it('roles alternate, a user begins, and results come first in their message (cases 64 and 65)', () => {
    const call = { type: 'tool-call' as const, callId: 'a.b', name: 'x', input: '{}' };
    const result = { type: 'tool-result' as const, callId: 'a.b', content: [text('r')] };
    const messages: Message[] = [
      { role: 'assistant', content: [call, text('a')] },
      user(text('u')),
      { role: 'tool', content: [result] },
      user(text('v')),
    ];
    expect(roles(messages)).toEqual(['user', 'assistant', 'user']);
    const { body, inserted } = send({ messages });
    expect((body.messages as Json[])[2]?.content).toEqual([
      { toolResult: { toolUseId: 'a_b', content: [{ text: 'r' }] } },
      { text: 'u' },
      { text: 'v' },
    ]);
    expect(inserted).toEqual(['messages=(empty)', 'tools=x']);
    expect(body.toolConfig).toMatchObject({ tools: [{ toolSpec: { name: 'x' } }] });
  });

  it('blank texts are left out, and a message of nothing else says so (case 66)', () => {
    const { body, inserted } = send({
      messages: [user(text('a'), text(''), text(' \n')), { role: 'assistant', content: [text('')] }, user(text(''))],
    });
    expect(body.messages).toEqual([{ role: 'user', content: [{ text: 'a' }, { text: '(empty)' }] }]);
    expect(inserted).toEqual(['messages.2.content=(empty)']);
  });

  it('documents have a name of allowed letters, each its own, and a text beside them', () => {
    const file = (name?: string) => ({
      type: 'file' as const,
      source: { kind: 'base64' as const, data: 'AAAA', mediaType: 'application/pdf' },
      ...(name === undefined ? {} : { name }),
    });
    const { body, inserted } = send({ messages: [user(file('a.pdf'), file('a.pdf'), file())] });
    const content = (body.messages as { content: { document?: { name: string } }[] }[])[0]?.content ?? [];
    expect(content.map(({ document }) => document?.name)).toEqual(['a-pdf', 'a-pdf-2', 'document', undefined]);
    expect(inserted).toHaveLength(4);
  });

  it('no media by a URL of the web, which the host may fetch first', () => {
    const image = (url: string) => ({ type: 'image' as const, source: { kind: 'url' as const, url } });
    expect(() => send({ messages: [user(image('https://a.test/a.png'))] })).toThrow(
      expect.objectContaining({ code: 'media_url_unsupported', param: 'messages.0.content.0' }),
    );
    expect(bedrockConverse.client.needsBytes?.(image('https://a.test/a.png'), 'user', target())).toBe(true);
    expect(bedrockConverse.client.needsBytes?.(image('s3://b/a.png'), 'user', target())).toBe(false);
    const { body } = send({ messages: [user(image('s3://b/a.png'))] });
    expect(body.messages).toEqual([
      { role: 'user', content: [{ image: { format: 'png', source: { s3Location: { uri: 's3://b/a.png' } } } }] },
    ]);
  });
});

describe('what differs by who made the model', () => {
  const ask = (model: string, more: Partial<ChatRequest>) => send(more, model);

  it.each([
    [CLAUDE, { additionalModelRequestFields: { thinking: { type: 'enabled', budget_tokens: 16384 } } }],
    [
      'us.anthropic.claude-opus-5-v1',
      { additionalModelRequestFields: { thinking: { type: 'adaptive' } }, outputConfig: { effort: 'high' } },
    ],
    [
      'amazon.nova-2-lite-v1:0',
      { additionalModelRequestFields: { reasoningConfig: { type: 'enabled', maxReasoningEffort: 'high' } } },
    ],
    ['openai.gpt-oss-120b-1:0', { additionalModelRequestFields: { reasoning_effort: 'high' } }],
  ])('reasoning of %s', (model, wants) => {
    const { body, dropped } = ask(model, { reasoning: { effort: 'high' } });
    expect(body).toMatchObject(wants);
    expect(dropped).toEqual([]);
  });

  it.each(['meta.llama3-3-70b-instruct-v1:0', 'amazon.nova-pro-v1:0', 'mistral.mistral-large-2402-v1:0'])(
    '%s does not reason, and that is told',
    (model) => {
      const { body, dropped } = ask(model, { reasoning: { effort: 'high' } });
      expect(body).not.toHaveProperty('additionalModelRequestFields');
      expect(dropped).toEqual(['reasoning_effort']);
    },
  );

  it('top_k has a place with two of them', () => {
    expect(ask(CLAUDE, { topK: 5 }).body.additionalModelRequestFields).toEqual({ top_k: 5 });
    expect(ask('amazon.nova-pro-v1:0', { topK: 5 }).body.additionalModelRequestFields).toEqual({
      inferenceConfig: { topK: 5 },
    });
    expect(ask('meta.llama3-3-70b-instruct-v1:0', { topK: 5 }).dropped).toEqual(['top_k']);
  });

  it('cache points and the status of results are not for all, and that is told', () => {
    const cached = { ...text('a'), cache: {} };
    const { body, dropped } = ask('meta.llama3-3-70b-instruct-v1:0', { messages: [user(cached)] });
    expect(body.messages).toEqual([{ role: 'user', content: [{ text: 'a' }] }]);
    expect(dropped).toEqual(['messages.0.content.0.cache_control']);
    expect(ask(CLAUDE, { messages: [user(cached)] }).body.messages).toEqual([
      { role: 'user', content: [{ text: 'a' }, { cachePoint: { type: 'default' } }] },
    ]);
  });

  it('thinking excludes a forced tool and a temperature (told, not refused)', () => {
    const { body, dropped } = ask(CLAUDE, {
      reasoning: { enabled: true, budget: 2000 },
      maxOutputTokens: 4000,
      temperature: 0.2,
      tools: [{ type: 'function', name: 'x' }],
      toolChoice: { type: 'required' },
    });
    expect(body).not.toHaveProperty('toolConfig.toolChoice');
    expect(dropped).toEqual(['temperature', 'tool_choice']);
  });
});

describe('provider options', () => {
  it('reach the body by format or provider, but not what decisions rest on', () => {
    const { body, dropped } = send({
      providerOptions: {
        'bedrock-converse': { guardrailConfig: { guardrailIdentifier: 'g' }, messages: [] },
        aws: { performanceConfig: { latency: 'optimized' } },
      },
    });
    expect(body).toMatchObject({
      guardrailConfig: { guardrailIdentifier: 'g' },
      performanceConfig: { latency: 'optimized' },
      messages: [HELLO],
    });
    expect(dropped).toEqual(['providerOptions.bedrock-converse.messages']);
  });
});
