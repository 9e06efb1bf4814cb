import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ChatEvent } from '../../chat/events.ts';
import type { Part } from '../../chat/parts.ts';
import type { StopReason } from '../../chat/reply.ts';
import { GatewayError } from '../../kit/errors.ts';
import { anthropicMessages } from './index.ts';
import { accumulate, dataOf, decode, encode, exchange } from './support.type-test.ts';

const START: ChatEvent = { type: 'reply-start', id: 'chatcmpl-1', model: 'gpt-5.6' };
const END: ChatEvent = { type: 'reply-end' };
const at = (part: number, choice = 0): { choice: number; part: number } => ({ choice, part });
const ended = (stopReason: StopReason = 'stop'): ChatEvent[] => [
  { type: 'choice-end', choice: 0, stopReason },
  { type: 'usage', usage: { input: 9, cacheRead: 3, output: 5, reasoning: 2 } },
  END,
];
const begin = (part: number, value: Part): ChatEvent => ({ type: 'part-start', ...at(part), value });
const words = (part: number, text: string): ChatEvent => ({ type: 'text-delta', ...at(part), text });
const input = (part: number, text: string): ChatEvent => ({ type: 'tool-input-delta', ...at(part), text });
const done = (part: number): ChatEvent => ({ type: 'part-end', ...at(part) });
const TEXT: Part = { type: 'text', text: '' };
const tool = (callId: string): Part => ({ type: 'tool-call', callId, name: `f_${callId}`, input: '' });

test('a text answer has exactly the documented events, with usage at both ends', () => {
  const { text } = encode([START, begin(0, TEXT), words(0, 'He said "hi"\n'), words(0, '😀'), done(0), ...ended()]);
  expect(text).toBe(
    [
      'event: message_start\ndata: {"type":"message_start","message":{"id":"msg_1","type":"message","role":"assistant","model":"gpt-5.6","content":[],"stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":0,"cache_creation_input_tokens":0,"cache_read_input_tokens":0,"output_tokens":0}}}\n\n',
      'event: content_block_start\ndata: {"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}\n\n',
      'event: content_block_delta\ndata: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"He said \\"hi\\"\\n"}}\n\n',
      'event: content_block_delta\ndata: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"😀"}}\n\n',
      'event: content_block_stop\ndata: {"type":"content_block_stop","index":0}\n\n',
      'event: message_delta\ndata: {"type":"message_delta","delta":{"stop_reason":"end_turn","stop_sequence":null},"usage":{"input_tokens":9,"cache_creation_input_tokens":0,"cache_read_input_tokens":3,"output_tokens":7,"output_tokens_details":{"thinking_tokens":2}}}\n\n',
      'event: message_stop\ndata: {"type":"message_stop"}\n\n',
    ].join(''),
  );
});

test('case 37: three calls whose deltas mix come one after the other, complete', () => {
  const inputs = ['{"a":1}', '{"b":[2]}', '{"c":"3"}'];
  const mixed = Array.from({ length: 9 }, (_, index) =>
    inputs.flatMap((text, part) => (index < text.length ? [input(part, text[index] ?? '')] : [])),
  ).flat();
  const { events } = encode([
    START,
    ...inputs.map((_, part) => begin(part, tool(String(part)))),
    ...mixed,
    done(2),
    done(0),
    done(1),
    ...ended('tool-calls'),
  ]);
  expect(accumulate(events)).toMatchObject({
    stop_reason: 'tool_use',
    content: inputs.map((text, part) => ({
      type: 'tool_use',
      id: String(part),
      name: `f_${part}`,
      input: JSON.parse(text) as unknown,
    })),
  });
});

test('the first block streams while later ones wait', () => {
  const encoder = anthropicMessages.server.encoder(exchange());
  encoder.push(START);
  encoder.push(begin(0, TEXT));
  expect(encoder.push(words(0, 'a'))).not.toBe('');
  expect(encoder.push(begin(1, tool('t')))).toBe('');
  expect(encoder.push(input(1, '{}'))).toBe('');
  expect(encoder.push(words(0, 'b'))).toContain('"b"');
  expect(dataOf(String(encoder.push(done(0)))).map((event) => event.type)).toEqual([
    'content_block_stop',
    'content_block_start',
    'content_block_delta',
  ]);
});

test('case 66: a text part that stays empty makes no block, and holds nobody up', () => {
  const { events } = encode([
    START,
    begin(0, TEXT),
    begin(1, tool('t')),
    input(1, '{}'),
    done(1),
    done(0),
    ...ended('tool-calls'),
  ]);
  expect(accumulate(events).content).toEqual([{ type: 'tool_use', id: 't', name: 'f_t', input: {} }]);
});

test('parts that nobody ended are closed at the end', () => {
  const { events } = encode([
    START,
    begin(0, TEXT),
    words(0, 'a'),
    begin(1, tool('t')),
    input(1, '{"x":1}'),
    ...ended(),
  ]);
  expect(accumulate(events).content).toMatchObject([{ text: 'a' }, { input: { x: 1 } }]);
});

test('other answers than the first are dropped and reported', () => {
  const { events, dropped } = encode([
    START,
    begin(0, TEXT),
    words(0, 'a'),
    { type: 'part-start', ...at(0, 1), value: TEXT },
    { type: 'text-delta', ...at(0, 1), text: 'b' },
    { type: 'part-end', ...at(0, 1) },
    done(0),
    { type: 'choice-end', choice: 1, stopReason: 'length' },
    ...ended(),
  ]);
  expect(accumulate(events)).toMatchObject({ stop_reason: 'end_turn', content: [{ text: 'a' }] });
  expect(dropped).toEqual(['choices.1']);
});

test('what has no form here is dropped and reported: images, foreign tools, foreign events, logprobs', () => {
  const { events, dropped } = encode([
    START,
    begin(0, { type: 'image', source: { kind: 'base64', data: '', mediaType: 'image/png' } }),
    { type: 'media-delta', ...at(0), data: 'AAA=' },
    done(0),
    begin(1, { type: 'server-tool-call', callId: 'x', name: 'code', input: '', origin: { format: 'gemini' } }),
    input(1, '{}'),
    done(1),
    { type: 'native', format: 'gemini', name: 'groundingMetadata', value: {} },
    begin(2, TEXT),
    { type: 'text-delta', ...at(2), text: 'a', logprobs: [] },
    done(2),
    ...ended(),
  ]);
  expect(accumulate(events).content).toMatchObject([{ type: 'text' }]);
  expect(dropped).toEqual(['content.0 (image)', 'content.1 (server-tool-call)', 'groundingMetadata', 'logprobs']);
});

test('a refusal is text, and the reason to stop', () => {
  const { events } = encode([
    START,
    begin(0, { type: 'refusal', text: '' }),
    { type: 'refusal-delta', ...at(0), text: 'No.' },
    done(0),
    ...ended(),
  ]);
  expect(accumulate(events)).toMatchObject({ stop_reason: 'refusal', content: [{ type: 'text', text: 'No.' }] });
});

test('a citation of another provider is told to the client', () => {
  const { events } = encode([
    START,
    begin(0, TEXT),
    words(0, 'a'),
    { type: 'annotation', ...at(0), value: { kind: 'url', url: 'https://example.com', title: 'T' } },
    done(0),
    ...ended(),
  ]);
  expect(accumulate(events).content).toMatchObject([
    { citations: [{ type: 'web_search_result_location', url: 'https://example.com', title: 'T' }] },
  ]);
});

test('the free text of a custom tool is a string in an object', () => {
  const { events } = encode([
    START,
    begin(0, { type: 'tool-call', callId: 't', name: 'patch', input: '', custom: true }),
    input(0, '*** "Begin"\n'),
    input(0, 'End'),
    done(0),
    ...ended('tool-calls'),
  ]);
  expect(accumulate(events).content).toMatchObject([{ input: { input: '*** "Begin"\nEnd' } }]);
});

test.each<[StopReason, string]>([
  ['stop', 'end_turn'],
  ['length', 'max_tokens'],
  ['stop-sequence', 'stop_sequence'],
  ['tool-calls', 'tool_use'],
  ['content-filter', 'refusal'],
  ['refusal', 'refusal'],
  ['pause', 'pause_turn'],
  ['context-window', 'model_context_window_exceeded'],
  ['other', 'end_turn'],
])('%s is %s', (stopReason, word) => {
  expect(accumulate(encode([START, { type: 'choice-end', choice: 0, stopReason }, END]).events).stop_reason).toBe(word);
});

describe('an error', () => {
  test("is one event in the vendor's envelope, and end() adds nothing that looks like a good end", () => {
    const encoder = anthropicMessages.server.encoder(exchange());
    encoder.push(START);
    expect(encoder.fail(new GatewayError('upstream_overloaded', 'Busy.', { status: 529 }))).toBe(
      'event: error\ndata: {"type":"error","error":{"type":"overloaded_error","message":"Busy."},"request_id":"req_1"}\n\n',
    );
    expect(encoder.end()).toBe('');
  });

  test('as an event writes nothing by itself', () => {
    expect(
      anthropicMessages.server.encoder(exchange()).push({ type: 'fault', fault: { kind: 'timeout', message: 'x' } }),
    ).toBe('');
  });
});

/** Parts as another provider could stream them, with the deltas that make them. */
const anyPart = fc.oneof(
  fc.record({
    kind: fc.constant('text' as const),
    pieces: fc.array(fc.string({ unit: 'grapheme', minLength: 1 }), { minLength: 1, maxLength: 4 }),
  }),
  fc.record({
    kind: fc.constant('thinking' as const),
    pieces: fc.array(fc.string({ minLength: 1 }), { minLength: 1, maxLength: 3 }),
    signature: fc.option(fc.base64String({ minLength: 4 }), { nil: undefined }),
  }),
  fc.record({
    kind: fc.constant('tool' as const),
    value: fc.dictionary(fc.string(), fc.jsonValue(), { maxKeys: 3 }),
    cuts: fc.array(fc.nat(40), { maxLength: 4 }),
  }),
);

type AnyPart = typeof anyPart extends fc.Arbitrary<infer Value> ? Value : never;

function eventsOf(part: AnyPart, index: number): ChatEvent[] {
  if (part.kind === 'text')
    return [begin(index, TEXT), ...part.pieces.map((piece) => words(index, piece)), done(index)];
  if (part.kind === 'thinking') {
    const complete = part.signature === undefined ? {} : { complete: { signature: part.signature } };
    return [
      begin(index, { type: 'reasoning', text: '', origin: { format: 'gemini' } }),
      ...part.pieces.map((text): ChatEvent => ({ type: 'reasoning-delta', ...at(index), text })),
      { type: 'part-end', ...at(index), ...complete },
    ];
  }
  const text = JSON.stringify(part.value);
  const cuts = [0, ...part.cuts.map((cut) => Math.min(cut, text.length)).sort((a, b) => a - b), text.length];
  return [
    begin(index, tool(`t${index}`)),
    ...cuts.slice(1).map((cut, piece) => input(index, text.slice(cuts[piece], cut))),
    done(index),
  ];
}

/** Several lists as one: each keeps its order, and `turns` says whose turn it is. */
function interleave(lists: ChatEvent[][], turns: readonly number[]): ChatEvent[] {
  const queues = lists.map((list) => [...list]);
  const mixed: ChatEvent[] = [];
  for (const turn of [...turns, ...Array.from({ length: 200 }, (_, index) => index)]) {
    const queue = queues.filter((candidate) => candidate.length > 0);
    const event = queue[turn % Math.max(1, queue.length)]?.shift();
    if (event === undefined) break;
    mixed.push(event);
  }
  return mixed;
}

test('case 39: whatever the interleaving, the stream ends once and in order, the client gets every part whole, and decoding its stream gives the same texts and inputs', () => {
  fc.assert(
    fc.property(fc.array(anyPart, { maxLength: 5 }), fc.array(fc.nat(), { maxLength: 60 }), (parts, turns) => {
      const calls = parts.some((part) => part.kind === 'tool');
      const { events } = encode([
        START,
        ...interleave(parts.map(eventsOf), turns),
        ...ended(calls ? 'tool-calls' : 'stop'),
      ]);
      const message = accumulate(events);
      const texts = message.content.filter((block) => block.type === 'text').map((block) => block.text);
      expect(new Set(texts)).toEqual(
        new Set(parts.flatMap((part) => (part.kind === 'text' ? [part.pieces.join('')] : []))),
      );
      const inputs = new Map(
        message.content.flatMap((block) => (block.type === 'tool_use' ? [[block.id, block.input]] : [])),
      );
      parts.forEach((part, index) => {
        if (part.kind === 'tool') expect(inputs.get(`t${index}`)).toEqual(JSON.parse(JSON.stringify(part.value)));
      });
      const decoded = decode(events);
      expect(decoded.at(-1)).toMatchObject({ type: 'reply-end' });
      expect(decoded.flatMap((event) => (event.type === 'text-delta' ? [event.text] : [])).join('')).toBe(
        texts.join(''),
      );
      expect(decoded.find((event) => event.type === 'choice-end')).toMatchObject({
        stopReason: calls ? 'tool-calls' : 'stop',
      });
    }),
  );
});
