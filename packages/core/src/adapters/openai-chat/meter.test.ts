import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { weightOf } from '../../chat/weight.ts';
import { UpstreamError } from '../../kit/errors.ts';
import { SseFrame } from '../../transport/sse-frame.ts';
import type { Json } from '../shared/read.ts';
import { openaiChat } from './index.ts';
import { newScan, scanFrame } from './scan.ts';
import { bytes, callFor, chunksOf, compatible, DONE, EXACT, frames, meterStream, sse } from './support.type-test.ts';

/** A frame that stands in the middle of a larger array. */
function frameOf(text: string): SseFrame {
  const array = bytes(`data: {}\n\n${text}data: {"x":"\n\n`);
  return new SseFrame(array, 10, 10 + bytes(text).length, false);
}

const head = {
  id: 'chatcmpl-x',
  object: 'chat.completion.chunk',
  created: 5,
  model: 'gpt-5.4',
  system_fingerprint: 'fp',
};
const chunk = (delta: Json, finish: string | null = null, top: Json = {}): Json => ({
  ...head,
  choices: [{ index: 0, delta, logprobs: null, finish_reason: finish }],
  ...top,
});
const USAGE = { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 };
const STREAM = [
  chunk({ role: 'assistant', content: '', refusal: null }),
  chunk({ content: 'Hé "🌍"' }),
  chunk({}, 'stop'),
  { ...head, choices: [], usage: USAGE },
  DONE,
];

describe('the stream of the API that owns the format', () => {
  it('passes byte for byte, whatever its line ends, comments and spaces', () => {
    const text = `: hello\n\n${sse(STREAM.slice(0, 2)).replaceAll('\n', '\r\n')}id: 1\ndata:${JSON.stringify(STREAM[2])}\n\ndata: { "odd" : [ ] }\n\n${DONE}`;
    expect(meterStream(text).text).toBe(text);
  });
  it('is metered: characters, usage, the end', () => {
    const { metered } = meterStream(sse(STREAM));
    expect(metered).toEqual([
      {},
      { content: weightOf('Hé "🌍"') },
      { terminal: true },
      { usage: { input: 3, output: 2 }, hide: true },
      { terminal: true, last: true },
    ]);
  });
  it('shows the usage-only frame to a client that asked for it', () => {
    expect(meterStream(sse(STREAM), EXACT, { streamUsage: true }).text).toBe(sse(STREAM));
    expect(meterStream(sse(STREAM)).text).toBe(sse([...STREAM.slice(0, 3), DONE]));
  });
  it('keeps usage that comes in a frame with choices', () => {
    const stream = [chunk({ content: 'x' }), chunk({}, 'stop', { usage: USAGE }), DONE];
    const { text, metered } = meterStream(sse(stream));
    expect(text).toBe(sse(stream));
    expect(metered[1]).toEqual({ usage: { input: 3, output: 2 }, terminal: true });
  });
  it('counts arguments, refusals and transcripts too', () => {
    const { metered } = meterStream(
      sse([
        chunk({ tool_calls: [{ index: 0, function: { arguments: '{"a":1}' } }] }),
        chunk({ refusal: 'No' }),
        chunk({ audio: { transcript: 'Hey' } }),
      ]),
    );
    expect(metered.map((seen) => seen.content)).toEqual([7, 2, 3]);
  });
  it.each<[string, Json]>([
    [
      'the head of a call',
      { tool_calls: [{ index: 0, id: 'c', type: 'function', function: { name: 'f', arguments: '' } }] },
    ],
    ['the head of a deprecated call', { function_call: { name: 'f', arguments: '' } }],
    ['audio', { audio: { id: 'a', data: 'AAAA' } }],
    ['an image', { images: [{ type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } }] }],
    ['sealed reasoning', { reasoning_details: [{ type: 'reasoning.encrypted', data: 'x' }] }],
    ['content that is a list', { content: [{ type: 'image_url', image_url: { url: 'https://a.example' } }] }],
  ])('hears %s as the first token, on every kind of row', (_, delta) => {
    for (const row of [EXACT, compatible()]) {
      const { metered } = meterStream(sse([STREAM[0] ?? '', chunk(delta)]), row);
      expect(metered.map(({ spoke, content }) => spoke === true || (content ?? 0) > 0)).toEqual([false, true]);
    }
  });
  it('hears nothing in a role, an empty text or empty lists', () => {
    const silent = chunk({ role: 'assistant', content: '', tool_calls: [], reasoning_details: [{ type: 'x' }] });
    for (const row of [EXACT, compatible()]) {
      const [metered] = meterStream(sse([silent]), row).metered;
      expect([metered?.spoke, metered?.content]).toEqual([undefined, undefined]);
    }
  });
  it('is not deceived by an answer that talks about its own wire form', () => {
    const words = '{"usage":{"prompt_tokens":9},"error":{"message":"x"},"finish_reason":"stop"} [DONE]';
    const stream = [chunk({ content: words })];
    const { metered, text } = meterStream(sse(stream));
    expect(metered).toEqual([{ content: words.length }]);
    expect(text.startsWith(sse(stream))).toBe(true);
  });
  it('tells an error in the stream, and a usage that is null is none', () => {
    const { metered } = meterStream(
      sse([
        chunk({ content: 'x' }, null, { usage: null }),
        { error: { message: 'Server had an error', type: 'server_error', code: null, param: null } },
      ]),
    );
    expect(metered[0]).toEqual({ content: 1 });
    expect(metered[1]?.fault).toMatchObject({ kind: 'unavailable', message: 'Server had an error' });
  });
  it('needs the end of every choice that was asked for', () => {
    const of = (index: number): Json => ({ ...head, choices: [{ index, delta: {}, finish_reason: 'stop' }] });
    const { metered } = meterStream(sse([of(1), of(0)]), EXACT, { n: 2 });
    expect(metered.map((seen) => seen.terminal)).toEqual([undefined, true]);
  });
  it.each([
    'data: {"id":"x"\n\n',
    'data: {"id":"x"}}\n\n',
    'data: {"id":"x\n\n',
    'data: <html>\n\n',
    'data: 7\n\n',
    'data: {"id":"x"} trailing\n\n',
    'data: [DONE\n\n',
  ])('withholds the broken frame %j', (frame) => {
    const { broken, text } = meterStream(sse([STREAM[1] ?? '', frame, STREAM[2] ?? '', DONE]));
    expect(broken).toBe(1);
    expect(text).toBe(sse([STREAM[1] ?? '', STREAM[2] ?? '', DONE]));
  });
  it('reads a frame of several data lines', () => {
    const { metered } = meterStream(
      `data: ${JSON.stringify(chunk({ content: 'ab' })).replace(',"choices"', ',\ndata: "choices"')}\n\n`,
    );
    expect(metered).toEqual([{ content: 2 }]);
  });
  it('closes a last frame that the upstream left open before it writes behind it', () => {
    expect(meterStream(`${sse(STREAM.slice(0, 2))}data: ${JSON.stringify(STREAM[2])}`).text).toBe(
      sse([...STREAM.slice(0, 3), DONE]),
    );
    expect(chunksOf(meterStream(`${sse(STREAM.slice(0, 3))}data: [DONE]`).text)).toHaveLength(3);
  });
});

describe('the scan of a frame', () => {
  const seen = newScan;
  it('agrees with JSON.parse on what is sound, and counts what the parsed chunk holds', () => {
    const value = fc.object({
      key: fc.constantFrom('content', 'arguments', 'usage', 'error', 'finish_reason', 'x', 'a"b', 'é'),
      values: [fc.string({ unit: 'binary' }), fc.integer(), fc.constant(null), fc.boolean()],
      maxDepth: 3,
    });
    fc.assert(
      fc.property(value, (object) => {
        const scan = seen();
        expect(scanFrame(frameOf(`data: ${JSON.stringify(object)}\n\n`), scan)).toBe(true);
        expect(scan.content).toBe(contentOf(object));
        expect(scan.telling).toBe(tells(object, true));
      }),
    );
  });
  it.each([1, 31, 32, 33, 40, 100])(
    'takes a sound frame that nests %i deep, and not one whose brackets do not match',
    (depth) => {
      const deep = `data: ${'{"a":['.repeat(depth)}1${']}'.repeat(depth)}\n\n`;
      expect(scanFrame(frameOf(deep), seen())).toBe(true);
      if (depth === 1) expect(() => scanFrame(frameOf(deep.replace(']}', '}]')), seen())).toThrow(SyntaxError);
    },
  );
  it('throws SyntaxError for every cut of a frame', () => {
    const frame = `data: ${JSON.stringify(STREAM[1])}`;
    for (let cut = 'data: '.length; cut < frame.length; cut++)
      expect(() => scanFrame(frameOf(frame.slice(0, cut)), seen())).toThrow(SyntaxError);
  });
});

/** The reference: the weight of the strings under `content` and `arguments`. */
function contentOf(value: unknown, key = ''): number {
  if (typeof value === 'string') return key === 'content' || key === 'arguments' ? weightOf(value) : 0;
  if (Array.isArray(value)) return value.reduce((total: number, entry) => total + contentOf(entry), 0);
  if (typeof value !== 'object' || value === null) return 0;
  return Object.entries(value).reduce((total, [name, entry]) => total + contentOf(entry, name), 0);
}
function tells(value: unknown, top: boolean): boolean {
  if (Array.isArray(value)) return value.some((entry) => tells(entry, false));
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(value).some(([name, entry]) => {
    const isTold = typeof entry === 'string' || (typeof entry === 'object' && entry !== null);
    return (
      (isTold && (name === 'finish_reason' || (top && (name === 'usage' || name === 'error')))) || tells(entry, false)
    );
  });
}

describe('ending a stream ourselves', () => {
  it.each([EXACT, compatible()])(
    'stop closes each open choice with length, in the manner of the stream, then [DONE]',
    (row) => {
      const meter = openaiChat.client.meter(callFor(row, { n: 2 }));
      for (const frame of frames(
        sse([chunk({ content: 'a' }), { ...head, choices: [{ index: 1, delta: {}, finish_reason: 'stop' }] }]),
      ))
        meter.push(frame);
      expect(String(meter.stop('length'))).toBe(
        sse([{ ...head, choices: [{ index: 0, delta: {}, logprobs: null, finish_reason: 'length' }] }, DONE]),
      );
    },
  );
  it('stop works before anything came', () => {
    const closing = String(openaiChat.client.meter(callFor()).stop('length'));
    expect(chunksOf(closing)).toMatchObject([
      { id: 'chatcmpl-1', object: 'chat.completion.chunk', choices: [{ index: 0, finish_reason: 'length' }] },
    ]);
    expect(closing.endsWith(DONE)).toBe(true);
  });
  it('fail is an error without [DONE]', () => {
    const frame = String(openaiChat.client.meter(callFor()).fail(new UpstreamError('upstream_incomplete', 'Cut.')));
    expect(chunksOf(frame)).toMatchObject([{ error: { message: 'Cut.', code: 'upstream_incomplete' } }]);
    expect(frame).not.toContain('[DONE]');
  });
  it('end adds nothing to a stream that ended itself', () => {
    const meter = openaiChat.client.meter(callFor());
    for (const frame of frames(sse(STREAM))) meter.push(frame);
    expect(meter.end?.()).toBe('');
  });
});
