import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { weightOf } from '../../chat/weight.ts';
import { GatewayError } from '../../kit/errors.ts';
import type { Json } from '../shared/read.ts';
import { anthropicMessages } from './index.ts';
import { deltaCharacters, deltaLine } from './scan.ts';
import { accumulate, call, dataOf, frames, wire } from './support.type-test.ts';

const meter = (): ReturnType<typeof anthropicMessages.client.meter> => anthropicMessages.client.meter(call());
const START: Json = {
  type: 'message_start',
  message: { id: 'msg_1', role: 'assistant', content: [], usage: { input_tokens: 25, output_tokens: 1 } },
};
const OPEN: Json = { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } };
const delta = (value: Json): Json => ({ type: 'content_block_delta', index: 0, delta: value });
const textDelta = (text: string): Json => delta({ type: 'text_delta', text });
const DELTA: Json = {
  type: 'message_delta',
  delta: { stop_reason: 'end_turn', stop_sequence: null },
  usage: { output_tokens: 15 },
};

test('a passing stream tells its usage, its content and its end', () => {
  const subject = meter();
  const told = frames(
    wire([
      START,
      OPEN,
      textDelta('Hello'),
      { type: 'ping' },
      { type: 'content_block_stop', index: 0 },
      DELTA,
      { type: 'message_stop' },
    ]),
  ).map((frame) => subject.push(frame));
  expect(told).toEqual([
    { usage: { input: 25, output: 1 } },
    {},
    { content: 5 },
    {},
    {},
    { usage: { input: 25, output: 15 }, terminal: true },
    { terminal: true, last: true },
  ]);
  expect(subject.end?.()).toBe('');
});

test.each<[Json, Json]>([
  [{ type: 'tool_use', id: 't', name: 'f', input: {} }, { spoke: true }],
  [{ type: 'server_tool_use', id: 't', name: 'web_search', input: {} }, { spoke: true }],
  [{ type: 'redacted_thinking', data: 'x' }, { spoke: true }],
  [{ type: 'text', text: '' }, {}],
  [{ type: 'text', text: 'Hi' }, { content: 2 }],
  [{ type: 'thinking', thinking: '', signature: '' }, {}],
])('the start of the block %j is metered as %j', (content_block, expected) => {
  const [frame] = frames(wire([{ type: 'content_block_start', index: 0, content_block }]));
  expect(frame && meter().push(frame)).toEqual(expected);
});

test('a stream that tells why it stops but does not close is closed', () => {
  const subject = meter();
  for (const frame of frames(wire([START, DELTA]))) subject.push(frame);
  expect(dataOf(String(subject.end?.()))).toEqual([{ type: 'message_stop' }]);
  expect(meter().end?.()).toBe('');
});

describe('content is the weight of text, thinking and tool input', () => {
  test.each<[Json, number]>([
    [{ type: 'text_delta', text: 'a"b\\c\n' }, 6],
    // Letters with an accent weigh 5, what is beyond them 4.
    [{ type: 'text_delta', text: 'äß€' }, 5 + 5 + 4],
    [{ type: 'thinking_delta', thinking: 'Hm', estimated_tokens: 5 }, 2],
    [{ type: 'input_json_delta', partial_json: '{"a":"}' }, 7],
    [{ text: 'abc', type: 'text_delta' }, 3],
    [{ type: 'signature_delta', signature: 'EqQB' }, 0],
    [{ type: 'citations_delta', citation: { type: 'char_location', text: 'not content', cited_text: 'x' } }, 0],
    [{ type: 'text_delta', text: '' }, 0],
  ])('%j', (value, content) => {
    const [frame] = frames(wire([delta(value)]));
    expect(frame === undefined ? undefined : meter().push(frame)).toEqual(content === 0 ? {} : { content });
  });

  test('in frames without an event line and with other line ends as well', () => {
    for (const text of [
      'data: {"type":"content_block_delta","delta":{"type":"text_delta","text":"abc"}}\n\n',
      ': hi\r\nevent:content_block_delta\r\nid: 5\r\ndata:{"type":"content_block_delta","delta":{"type":"text_delta","text":"abc"}}\r\n\r\n',
    ]) {
      const told = frames(text).map((frame) => meter().push(frame));
      expect(told.find((metered) => metered.content !== undefined)).toEqual({ content: 3 });
    }
  });
});

describe('a broken frame throws SyntaxError', () => {
  test.each([
    'event: content_block_delta\ndata: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Hel\n\n',
    'event: content_block_delta\ndata: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Hel"}\n\n',
    'event: content_block_delta\ndata: {"delta":{"text":"Hel"}}}\n\n',
    'event: content_block_delta\ndata: <html>}\n\n',
    'event: content_block_delta\ndata: \n\n',
    'event: message_delta\ndata: {"type":"mess\n\n',
    'data: 5\n\n',
  ])('%j', (text) => {
    const [frame] = frames(text);
    if (frame === undefined) throw new Error('no frame');
    expect(() => meter().push(frame)).toThrow(SyntaxError);
  });

  test('and every delta that is cut anywhere is one', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.nat(), (text, cut) => {
        const whole = new TextEncoder().encode(JSON.stringify(textDelta(text)));
        expect(() => deltaCharacters(whole, 0, cut % whole.length)).toThrow(SyntaxError);
      }),
    );
  });

  test('and every whole one is none, with as many characters as it has', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const whole = new TextEncoder().encode(JSON.stringify(textDelta(text)));
        expect(deltaCharacters(whole, 0, whole.length)).toBe(
          weightOf(JSON.parse(new TextDecoder().decode(whole)).delta.text),
        );
      }),
    );
  });
});

test('an error in the stream is a fault with the status of its type', () => {
  const [frame] = frames(
    'event: error\ndata: {"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}}\n\n',
  );
  expect(frame === undefined ? undefined : meter().push(frame)).toEqual({
    fault: { kind: 'overloaded', message: 'Overloaded', status: 529, type: 'overloaded_error' },
  });
});

test('stop closes the open block and ends the message at its bound', () => {
  const subject = meter();
  const passed = wire([START, OPEN, textDelta('Hel')]);
  for (const frame of frames(passed)) subject.push(frame);
  const client = new TextDecoder().decode(passed) + String(subject.stop('length'));
  expect(accumulate(dataOf(client))).toMatchObject({
    content: [{ text: 'Hel' }],
    stop_reason: 'max_tokens',
    usage: { output_tokens: 1 },
  });
});

test('stop between two blocks closes none', () => {
  const subject = meter();
  for (const frame of frames(wire([START, OPEN, { type: 'content_block_stop', index: 0 }]))) subject.push(frame);
  expect(dataOf(String(subject.stop('length'))).map((event) => event.type)).toEqual(['message_delta', 'message_stop']);
});

test('fail is the error event alone', () => {
  expect(dataOf(String(meter().fail(new GatewayError('upstream_timeout', 'Slow.'))))).toEqual([
    { type: 'error', error: { type: 'timeout_error', message: 'Slow.' } },
  ]);
});

test('a whole body tells its usage or its fault', () => {
  expect(meter().body({ type: 'message', content: [], usage: { input_tokens: 1, output_tokens: 2 } })).toEqual({
    usage: { input: 1, output: 2 },
  });
  expect(meter().body({ type: 'error', error: { type: 'api_error', message: 'x' } })).toMatchObject({
    fault: { kind: 'unavailable', status: 500 },
  });
  expect(meter().body('nonsense')).toEqual({});
});

test('only delta frames with one data line are scanned', () => {
  const raw = (text: string): Uint8Array => new TextEncoder().encode(text);
  expect(deltaLine(raw('event: content_block_delta\ndata: {}\n\n'))).toBeDefined();
  expect(deltaLine(raw('event: content_block_delta_2\ndata: {}\n\n'))).toBeUndefined();
  expect(deltaLine(raw('event: content_block_delta\ndata: {\ndata: }\n\n'))).toBeUndefined();
  expect(deltaLine(raw('data: {}\n\n'))).toBeUndefined();
});
