import { describe, expect, test } from 'vitest';
import type { ChatEvent } from '../../chat/events.ts';
import type { Json } from '../shared/read.ts';
import { anthropicMessages } from './index.ts';
import { call, decode, exchange, frames } from './support.type-test.ts';

/** Events after https://platform.claude.com/docs/en/build-with-claude/streaming */
const start = (usage: Json = { input_tokens: 25, output_tokens: 1 }): Json => ({
  type: 'message_start',
  message: {
    id: 'msg_1nZdL29xx5MUA1yADyHTEsnR8uuvGzszyY',
    type: 'message',
    role: 'assistant',
    content: [],
    model: 'claude-opus-4-8',
    stop_reason: null,
    stop_sequence: null,
    usage,
  },
});
const open = (index: number, content_block: Json): Json => ({ type: 'content_block_start', index, content_block });
const delta = (index: number, value: Json): Json => ({ type: 'content_block_delta', index, delta: value });
const close = (index: number): Json => ({ type: 'content_block_stop', index });
const finish = (stop_reason: string | null, more: Json = {}, usage: Json = { output_tokens: 15 }): Json => ({
  type: 'message_delta',
  delta: { stop_reason, stop_sequence: null, ...more },
  usage,
});
const STOP: Json = { type: 'message_stop' };
const textBlock = (words: string): Json[] => [
  open(0, { type: 'text', text: '' }),
  delta(0, { type: 'text_delta', text: words }),
  close(0),
];

const of = <Type extends ChatEvent['type']>(
  events: readonly ChatEvent[],
  type: Type,
): Extract<ChatEvent, { type: Type }>[] =>
  events.filter((event): event is Extract<ChatEvent, { type: Type }> => event.type === type);

test('a text answer is start, part, choice, usage and end, in order', () => {
  const events = decode([
    start(),
    open(0, { type: 'text', text: '' }),
    { type: 'ping' },
    delta(0, { type: 'text_delta', text: 'Hel' }),
    delta(0, { type: 'text_delta', text: 'lo' }),
    close(0),
    finish('end_turn'),
    STOP,
  ]);
  expect(events).toEqual([
    {
      type: 'reply-start',
      id: 'msg_1nZdL29xx5MUA1yADyHTEsnR8uuvGzszyY',
      model: 'claude-opus-4-8',
      usage: { input: 25, output: 1 },
    },
    { type: 'part-start', choice: 0, part: 0, value: { type: 'text', text: '' } },
    { type: 'text-delta', choice: 0, part: 0, text: 'Hel' },
    { type: 'text-delta', choice: 0, part: 0, text: 'lo' },
    { type: 'part-end', choice: 0, part: 0 },
    { type: 'usage', usage: { input: 25, output: 15 } },
    { type: 'choice-end', choice: 0, stopReason: 'stop' },
    { type: 'reply-end' },
  ]);
});

test('usage of message_start is completed field by field: counts are cumulative and the last one wins', () => {
  const first = {
    input_tokens: 2679,
    cache_creation_input_tokens: 100,
    cache_read_input_tokens: 7,
    cache_creation: { ephemeral_5m_input_tokens: 60, ephemeral_1h_input_tokens: 40 },
    output_tokens: 3,
    service_tier: 'priority',
  };
  const last = {
    input_tokens: 10_682,
    cache_creation_input_tokens: null,
    cache_read_input_tokens: null,
    output_tokens: 510,
    output_tokens_details: { thinking_tokens: 200 },
    server_tool_use: { web_search_requests: 1 },
  };
  expect(
    of(decode([start(first), finish(null, {}, { output_tokens: 5 }), finish('end_turn', {}, last), STOP]), 'usage').at(
      -1,
    )?.usage,
  ).toEqual({
    input: 10_682,
    cacheRead: 7,
    cacheWrite: 60,
    cacheWrite1h: 40,
    output: 310,
    reasoning: 200,
    serverTools: { web_search: 1 },
    serviceTier: 'priority',
  });
});

test('a repeated message_start starts nothing anew', () => {
  const events = decode([start(), start(), ...textBlock('Hi'), finish('end_turn'), STOP]);
  expect(of(events, 'reply-start')).toHaveLength(1);
  expect(of(events, 'text-delta')).toHaveLength(1);
});

describe('tool calls', () => {
  test('have their input in pieces, and the block ends the choice as tool-calls', () => {
    const events = decode([
      start(),
      open(0, { type: 'tool_use', id: 'toolu_01', name: 'get_weather', input: {} }),
      delta(0, { type: 'input_json_delta', partial_json: '' }),
      delta(0, { type: 'input_json_delta', partial_json: '{"location": "San' }),
      delta(0, { type: 'input_json_delta', partial_json: ' Francisco"}' }),
      close(0),
      finish('tool_use'),
      STOP,
    ]);
    expect(of(events, 'part-start')[0]?.value).toEqual({
      type: 'tool-call',
      callId: 'toolu_01',
      name: 'get_weather',
      input: '',
    });
    expect(
      of(events, 'tool-input-delta')
        .map((event) => event.text)
        .join(''),
    ).toBe('{"location": "San Francisco"}');
    expect(of(events, 'choice-end')[0]?.stopReason).toBe('tool-calls');
  });

  test.each([
    [{}, '{}'],
    [{ city: 'Paris' }, '{"city":"Paris"}'],
  ])('without deltas have the input of their start: %j', (input, text) => {
    const events = decode([
      start(),
      open(0, { type: 'tool_use', id: 't', name: 'f', input }),
      close(0),
      finish('tool_use'),
      STOP,
    ]);
    expect(of(events, 'tool-input-delta').map((event) => event.text)).toEqual([text]);
  });

  test('case 37: three in one answer keep their own ids, names and inputs, however their deltas mix', () => {
    const inputs = ['{"a":1}', '{"b":[2]}', '{"c":"3"}'];
    const mixed = Array.from({ length: 9 }, (_, at) => at).flatMap((at) =>
      inputs.flatMap((input, index) =>
        at < input.length ? [delta(index, { type: 'input_json_delta', partial_json: input[at] })] : [],
      ),
    );
    const events = decode([
      start(),
      ...inputs.map((_, index) => open(index, { type: 'tool_use', id: `t${index}`, name: `f${index}`, input: {} })),
      ...mixed,
      ...inputs.map((_, index) => close(index)),
      finish('tool_use'),
      STOP,
    ]);
    inputs.forEach((input, index) => {
      expect(of(events, 'part-start')[index]?.value).toMatchObject({ callId: `t${index}`, name: `f${index}` });
      expect(
        of(events, 'tool-input-delta')
          .filter((event) => event.part === index)
          .map((event) => event.text)
          .join(''),
      ).toBe(input);
    });
  });
});

describe('thinking', () => {
  test('has its signature at the end, whole, with its origin from the start', () => {
    const events = decode([
      start(),
      open(0, { type: 'thinking', thinking: '', signature: '' }),
      delta(0, { type: 'thinking_delta', thinking: 'Hm' }),
      delta(0, { type: 'signature_delta', signature: 'EqQB' }),
      delta(0, { type: 'signature_delta', signature: '/+=' }),
      close(0),
      finish('end_turn'),
      STOP,
    ]);
    expect(of(events, 'part-start')[0]?.value).toEqual({
      type: 'reasoning',
      text: '',
      origin: { format: 'anthropic-messages', provider: 'anthropic', model: 'claude-sonnet-4-5' },
    });
    expect(of(events, 'reasoning-delta').map((event) => event.text)).toEqual(['Hm']);
    expect(of(events, 'part-end')[0]?.complete).toEqual({ signature: 'EqQB/+=' });
  });

  test('that is redacted is there at once', () => {
    expect(
      of(
        decode([start(), open(0, { type: 'redacted_thinking', data: 'EmwK' }), close(0), finish('end_turn'), STOP]),
        'part-start',
      )[0]?.value,
    ).toMatchObject({ type: 'reasoning', text: '', encrypted: 'EmwK' });
  });
});

test('citations are annotations that keep the original', () => {
  const citation = {
    type: 'web_search_result_location',
    url: 'https://example.com',
    title: 'T',
    cited_text: 'quote',
    encrypted_index: 'Eo8B',
  };
  expect(
    of(
      decode([
        start(),
        open(0, { type: 'text', text: '', citations: [] }),
        delta(0, { type: 'citations_delta', citation }),
        delta(0, { type: 'text_delta', text: 'x' }),
        close(0),
        finish('end_turn'),
        STOP,
      ]),
      'annotation',
    )[0]?.value,
  ).toEqual({
    kind: 'url',
    url: 'https://example.com',
    title: 'T',
    text: 'quote',
    native: { 'anthropic-messages': citation },
  });
});

test("the vendor's own tools are never the client's calls", () => {
  const events = decode([
    start(),
    open(0, { type: 'server_tool_use', id: 'srvtoolu_1', name: 'web_search', input: {} }),
    delta(0, { type: 'input_json_delta', partial_json: '{"query":"x"}' }),
    close(0),
    open(1, { type: 'web_search_tool_result', tool_use_id: 'srvtoolu_1', content: [] }),
    close(1),
    finish('end_turn'),
    STOP,
  ]);
  expect(of(events, 'part-start').map((event) => event.value.type)).toEqual(['server-tool-call', 'server-tool-result']);
  expect(of(events, 'choice-end')[0]?.stopReason).toBe('stop');
});

test('a block of an unknown type is a native part, complete with its deltas', () => {
  const events = decode([
    start(),
    open(0, { type: 'compaction', content: null }),
    delta(0, { type: 'compaction_delta', content: 'Summary', encrypted_content: 'x' }),
    close(0),
    finish('compaction'),
    STOP,
  ]);
  expect(of(events, 'part-start')[0]?.value).toMatchObject({
    type: 'native',
    name: 'compaction',
    value: { type: 'compaction', content: 'Summary', encrypted_content: 'x' },
  });
  expect(of(events, 'choice-end')[0]).toMatchObject({ stopReason: 'pause', nativeStopReason: 'compaction' });
});

test('an event of an unknown type is a native event, and an unknown delta as well', () => {
  const events = decode([
    start(),
    { type: 'weather_report', sunny: true },
    open(0, { type: 'text', text: '' }),
    delta(0, { type: 'glitter_delta', x: 1 }),
    close(0),
    finish('end_turn'),
    STOP,
  ]);
  expect(of(events, 'native').map((event) => event.name)).toEqual([
    'weather_report',
    'content_block_delta (glitter_delta)',
  ]);
});

/** Case 38: the reason is derived from what happened. Source of the words: https://platform.claude.com/docs/en/build-with-claude/handling-stop-reasons */
describe('case 38: the reason to stop', () => {
  const reasonOf = (word: string | null, block: Json, more: Json = {}): unknown =>
    of(decode([start(), open(0, block), close(0), finish(word, more), STOP]), 'choice-end')[0];
  const text = { type: 'text', text: 'x' };
  const tool = { type: 'tool_use', id: 't', name: 'f', input: {} };

  test.each([
    ['end_turn', text, 'stop'],
    ['max_tokens', text, 'length'],
    ['stop_sequence', text, 'stop-sequence'],
    ['pause_turn', text, 'pause'],
    ['refusal', text, 'refusal'],
    ['model_context_window_exceeded', text, 'context-window'],
    ['tool_use', tool, 'tool-calls'],
    ['end_turn', tool, 'tool-calls'],
    ['max_tokens', tool, 'length'],
    ['refusal', tool, 'refusal'],
    ['tool_use', text, 'stop'],
  ])('%s with %j is %s', (word, block, stopReason) => {
    expect(reasonOf(word, block)).toMatchObject({ stopReason });
  });

  test('that is unknown keeps its word', () => {
    expect(reasonOf('bored', text)).toMatchObject({ stopReason: 'other', nativeStopReason: 'bored' });
  });

  test('names the sequence, and the details of a refusal', () => {
    expect(reasonOf('stop_sequence', text, { stop_sequence: 'END' })).toMatchObject({ stopSequence: 'END' });
    const stop_details = { type: 'refusal', category: 'cyber', explanation: 'No.' };
    expect(reasonOf('refusal', text, { stop_details })).toMatchObject({
      native: { 'anthropic-messages': { stop_details } },
    });
  });
});

describe('the end of the stream', () => {
  test('case 35: without a reason to stop is a fault, whatever came before', () => {
    const cut = decode([
      start(),
      open(0, { type: 'tool_use', id: 't', name: 'f', input: {} }),
      delta(0, { type: 'input_json_delta', partial_json: '{"a":1}' }),
      close(0),
    ]);
    expect(cut.at(-1)).toMatchObject({ type: 'fault', fault: { kind: 'incomplete' } });
    expect(of(cut, 'choice-end')).toEqual([]);
    expect(decode([]).map((event) => event.type)).toEqual(['fault']);
    expect(decode([STOP]).map((event) => event.type)).toEqual(['fault']);
  });

  test('with a reason but without message_stop is an end', () => {
    expect(decode([start(), ...textBlock('x'), finish('end_turn')]).at(-1)?.type).toBe('reply-end');
  });

  test('closes blocks that were left open', () => {
    expect(
      of(decode([start(), open(0, { type: 'text', text: 'x' }), finish('max_tokens'), STOP]), 'part-end'),
    ).toHaveLength(1);
  });

  test('comes once: nothing follows it', () => {
    const decoder = anthropicMessages.client.decoder(call(), exchange());
    const events = [start(), finish('end_turn'), STOP, STOP, ...textBlock('late')].flatMap((event) =>
      frames(`data: ${JSON.stringify(event)}\n\n`).flatMap((frame) => decoder.push(frame)),
    );
    expect([...events, ...decoder.end()].filter((event) => event.type === 'reply-end')).toHaveLength(1);
    expect(of(events, 'text-delta')).toEqual([]);
  });

  test('in an error is a fault with the status that its type stands for, and nothing after it', () => {
    const events = decode([
      start(),
      ...textBlock('Hel'),
      { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } },
      finish('end_turn'),
      STOP,
    ]);
    expect(events.at(-1)).toEqual({
      type: 'fault',
      fault: { kind: 'overloaded', message: 'Overloaded', status: 529, type: 'overloaded_error' },
    });
  });
});

test('a frame of broken JSON throws SyntaxError, and the next ones are read', () => {
  const decoder = anthropicMessages.client.decoder(call(), exchange());
  const [broken] = frames('event: content_block_delta\ndata: {"type":"content_block_del\n\n');
  const [next] = frames(`event: message_start\ndata: ${JSON.stringify(start())}\n\n`);
  if (broken === undefined || next === undefined) throw new Error('no frame');
  expect(() => decoder.push(broken)).toThrow(SyntaxError);
  expect(decoder.push(next)).toHaveLength(1);
});

test('members that only this format knows are kept for its own clients', () => {
  const message = { ...(start().message as Json), container: { id: 'c1' } };
  const events = decode([
    { type: 'message_start', message },
    {
      ...finish('end_turn', { container: { id: 'c2' } }, { output_tokens: 1, iterations: [{ type: 'message' }] }),
      context_management: { applied_edits: [] },
    },
    STOP,
  ]);
  expect(events[0]).toMatchObject({ native: { 'anthropic-messages': { container: { id: 'c1' } } } });
  expect(events.at(-1)).toMatchObject({
    native: {
      'anthropic-messages': {
        container: { id: 'c2' },
        context_management: { applied_edits: [] },
        usage: { iterations: [{ type: 'message' }] },
      },
    },
  });
});
