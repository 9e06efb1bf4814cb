import { describe, expect, test } from 'vitest';
import { createCollector } from '../../chat/collect.ts';
import type { Part } from '../../chat/parts.ts';
import type { ChatReply } from '../../chat/reply.ts';
import type { Json } from '../shared/read.ts';
import { anthropicMessages } from './index.ts';
import { call, decode, exchange } from './support.type-test.ts';
import { readUsage, writeUsage } from './usage.ts';

/** After https://platform.claude.com/docs/en/api/messages#response */
const MESSAGE = {
  id: 'msg_013Zva2CMHLNnjNjJJKqJ2EF',
  type: 'message',
  role: 'assistant',
  model: 'claude-opus-4-8',
  content: [
    { type: 'thinking', thinking: 'Hm', signature: 'EqQB' },
    {
      type: 'text',
      text: 'Sunny.',
      citations: [
        {
          type: 'char_location',
          cited_text: 'x',
          document_index: 0,
          document_title: 'T',
          start_char_index: 0,
          end_char_index: 1,
        },
      ],
    },
    { type: 'server_tool_use', id: 'srvtoolu_1', name: 'web_search', input: { query: 'x' } },
    { type: 'web_search_tool_result', tool_use_id: 'srvtoolu_1', content: [] },
    { type: 'container_upload', file_id: 'file_1' },
  ],
  stop_reason: 'end_turn',
  stop_sequence: null,
  container: { id: 'c1', expires_at: '2026-01-01T00:00:00Z' },
  usage: {
    input_tokens: 3,
    cache_creation_input_tokens: 30,
    cache_read_input_tokens: 0,
    cache_creation: { ephemeral_5m_input_tokens: 10, ephemeral_1h_input_tokens: 20 },
    output_tokens: 9,
    output_tokens_details: { thinking_tokens: 4 },
    server_tool_use: { web_search_requests: 1 },
    service_tier: 'standard',
    inference_geo: 'us',
  },
};

function reply(body: Json): ChatReply {
  const parsed = anthropicMessages.client.parse(body, call(), exchange());
  if (!('choices' in parsed)) throw new Error(`a fault: ${parsed.message}`);
  return parsed;
}

const rendered = (answer: ChatReply): { body: Json; dropped: string[] } =>
  anthropicMessages.server.render(answer, exchange()) as { body: Json; dropped: string[] };

test('a message that is parsed and rendered is the same message', () => {
  expect(rendered(reply(MESSAGE))).toEqual({ body: MESSAGE, dropped: [] });
});

test('a message is read into the chat model', () => {
  expect(reply(MESSAGE)).toMatchObject({
    id: MESSAGE.id,
    model: 'claude-opus-4-8',
    serviceTier: 'standard',
    usage: {
      input: 3,
      cacheRead: 0,
      cacheWrite: 10,
      cacheWrite1h: 20,
      output: 5,
      reasoning: 4,
      serverTools: { web_search: 1 },
    },
    choices: [
      {
        stopReason: 'stop',
        content: [
          { type: 'reasoning', origin: { provider: 'anthropic' } },
          { type: 'text' },
          { type: 'server-tool-call' },
          { type: 'server-tool-result' },
          { type: 'native' },
        ],
      },
    ],
  });
});

test.each([
  [
    'an error with status 200',
    { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } },
    { kind: 'overloaded', status: 529 },
  ],
  ['an error without its type', { error: { message: 'nope' } }, { kind: 'unavailable', message: 'nope' }],
  ['no message', { hello: 1 }, { kind: 'invalid-response' }],
  ['a text', '<html>', { kind: 'invalid-response' }],
  ['null', null, { kind: 'invalid-response' }],
])('%s is a fault', (_name, body, fault) => {
  expect(anthropicMessages.client.parse(body, call(), exchange())).toMatchObject(fault);
});

test('fields of the wrong type are absent, not an exception', () => {
  expect(
    reply({
      id: 5,
      model: [],
      content: [7, null, { type: 3 }, { type: 'text' }, { type: 'tool_use', input: 'x' }],
      stop_reason: {},
      usage: 'many',
    }),
  ).toMatchObject({
    choices: [
      {
        stopReason: 'tool-calls',
        content: [{ type: 'native' }, { type: 'text', text: '' }, { type: 'tool-call', callId: '', name: '' }],
      },
    ],
  });
});

test('a message that is streamed is collected to the very reply that it is whole', () => {
  const { content, usage, stop_reason, stop_sequence, ...head } = MESSAGE;
  const blocks = content.flatMap((block, index): Json[] => {
    const start = (fields: Json): Json => ({ type: 'content_block_start', index, content_block: fields });
    const delta = (fields: Json): Json => ({ type: 'content_block_delta', index, delta: fields });
    const stop: Json = { type: 'content_block_stop', index };
    if (block.type === 'thinking')
      return [
        start({ type: 'thinking', thinking: '', signature: '' }),
        delta({ type: 'thinking_delta', thinking: block.thinking }),
        delta({ type: 'signature_delta', signature: block.signature }),
        stop,
      ];
    if (block.type === 'text')
      return [
        start({ type: 'text', text: '' }),
        delta({ type: 'citations_delta', citation: block.citations?.[0] }),
        delta({ type: 'text_delta', text: block.text }),
        stop,
      ];
    if (block.type === 'server_tool_use')
      return [
        start({ ...block, input: {} }),
        delta({ type: 'input_json_delta', partial_json: JSON.stringify(block.input) }),
        stop,
      ];
    return [start(block), stop];
  });
  const collector = createCollector();
  const message = {
    ...head,
    content: [],
    stop_reason: null,
    stop_sequence: null,
    usage: { ...usage, output_tokens: 1 },
  };
  const { output_tokens, output_tokens_details } = usage;
  const end = {
    type: 'message_delta',
    delta: { stop_reason, stop_sequence },
    usage: { output_tokens, output_tokens_details },
  };
  for (const event of decode([{ type: 'message_start', message }, ...blocks, end, { type: 'message_stop' }]))
    collector.push(event);
  expect(collector.reply()).toEqual(reply(MESSAGE));
});

describe('an answer of another format', () => {
  const text: Part = { type: 'text', text: 'Hi' };
  const foreign = (content: Part[], more: Partial<ChatReply> = {}): { body: Json; dropped: string[] } =>
    rendered({ id: 'chatcmpl-1', choices: [{ content, stopReason: 'stop' }], ...more });

  test('has an id of this format, and the model that was asked for when none is told', () => {
    expect(foreign([text]).body).toMatchObject({
      id: 'msg_1',
      type: 'message',
      role: 'assistant',
      model: 'smart',
      content: [{ type: 'text', text: 'Hi' }],
      stop_reason: 'end_turn',
      usage: { input_tokens: 0, output_tokens: 0 },
    });
  });

  test.each([
    ['{"a":1}', { a: 1 }],
    ['', {}],
    ['{"a":', { _raw: '{"a":' }],
    ['[1]', { _raw: '[1]' }],
  ])('a call with the input %j gives the client an object', (input, given) => {
    const { body, dropped } = foreign([{ type: 'tool-call', callId: 'c', name: 'f', input }]);
    expect(body.content).toEqual([{ type: 'tool_use', id: 'c', name: 'f', input: given }]);
    expect(dropped).toEqual('_raw' in given ? ['content.0.input'] : []);
  });

  test('loses what has no form here, and says so', () => {
    const image: Part = { type: 'image', source: { kind: 'url', url: 'https://example.com/a.png' } };
    const { body, dropped } = rendered({
      choices: [
        {
          content: [text, image, { ...text, text: '', annotations: [] }],
          stopReason: 'stop',
          logprobs: { content: [] },
        },
        { content: [], stopReason: 'stop' },
      ],
    });
    expect(body.content).toEqual([{ type: 'text', text: 'Hi' }]);
    expect(dropped).toEqual(['choices.1', 'content.1 (image)', 'logprobs']);
  });

  test('that was refused ends so', () => {
    expect(foreign([{ type: 'refusal', text: 'No.' }]).body).toMatchObject({
      stop_reason: 'refusal',
      content: [{ type: 'text', text: 'No.' }],
    });
  });

  test('without any choice is an empty message', () => {
    expect(rendered({ choices: [] }).body).toMatchObject({ content: [], stop_reason: 'end_turn' });
  });
});

/** Source: https://platform.claude.com/docs/en/build-with-claude/prompt-caching#tracking-cache-performance */
describe('usage', () => {
  test.each<[string, Json, unknown]>([
    ['nothing told', {}, {}],
    [
      'zeros told',
      { input_tokens: 0, output_tokens: 0, cache_read_input_tokens: 0, cache_creation_input_tokens: 0 },
      { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 },
    ],
    ['a cache write without its breakdown', { cache_creation_input_tokens: 50 }, { cacheWrite: 50 }],
    [
      'a total that grew past its breakdown',
      {
        cache_creation_input_tokens: 50,
        cache_creation: { ephemeral_5m_input_tokens: 10, ephemeral_1h_input_tokens: 20 },
      },
      { cacheWrite: 30, cacheWrite1h: 20 },
    ],
    [
      'nulls and wrong types',
      {
        input_tokens: null,
        output_tokens: '5',
        cache_creation: null,
        server_tool_use: { web_search_requests: 'x' },
        service_tier: null,
      },
      {},
    ],
  ])('%s', (_name, wire, usage) => {
    expect(readUsage(wire)).toEqual(usage);
  });

  test('of other providers adds up to the same totals', () => {
    expect(
      writeUsage({
        input: 1,
        inputAudio: 2,
        inputImage: 3,
        cacheRead: 4,
        cacheWrite: 5,
        cacheWrite1h: 6,
        output: 7,
        reasoning: 8,
        outputAudio: 9,
        outputImage: 10,
        serviceTier: 'flex',
      }),
    ).toEqual({
      input_tokens: 6,
      cache_read_input_tokens: 4,
      cache_creation_input_tokens: 11,
      cache_creation: { ephemeral_5m_input_tokens: 5, ephemeral_1h_input_tokens: 6 },
      output_tokens: 34,
      output_tokens_details: { thinking_tokens: 8 },
    });
  });
});
