import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UpstreamError } from '../kit/errors.ts';
import type { Frame } from './frame.ts';
import type { Shape } from './shape.ts';
import { createSseReader, sseEvent } from './sse.ts';

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

interface Seen {
  event: string | undefined;
  data: string | undefined;
  raw: string;
}

const seen = (frame: Frame): Seen => ({ event: frame.event, data: frame.data, raw: decoder.decode(frame.raw) });

function read(chunks: readonly Uint8Array[], maxEventBytes = 1_000_000): Seen[] {
  const reader = createSseReader({ maxEventBytes });
  return [...chunks.flatMap((chunk) => [...reader.push(chunk)]), ...reader.end()].map(seen);
}

const readText = (text: string): Seen[] => read([encoder.encode(text)]);
const events = (text: string): [string | undefined, string | undefined][] =>
  readText(text).map(({ event, data }) => [event, data]);

/** Cuts at the given places. */
function chunksOf(bytes: Uint8Array, cuts: readonly number[]): Uint8Array[] {
  const places = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  return places.slice(1).map((place, at) => bytes.slice(places[at], place));
}

describe('an event', () => {
  it.each([
    ['one data line', 'data: {"a":1}\n\n', [[undefined, '{"a":1}']]],
    ['no space behind the colon', 'data:x\n\n', [[undefined, 'x']]],
    ['two spaces behind the colon', 'data:  x\n\n', [[undefined, ' x']]],
    ['a name', 'event: ping\ndata: {}\n\n', [['ping', '{}']]],
    ['its name behind its data', 'data: {}\nevent: ping\n\n', [['ping', '{}']]],
    ['several data lines', 'data: a\ndata: b\ndata\ndata: c\n\n', [[undefined, 'a\nb\n\nc']]],
    ['an empty data line', 'data:\n\n', [[undefined, '']]],
    ['a data line without colon', 'data\n\n', [[undefined, '']]],
    ['id, retry and unknown fields', 'id: 7\nretry: 10\nfoo: bar\ndata: x\n\n', [[undefined, 'x']]],
    ['a field that only begins like data', 'database: x\n\n', [[undefined, undefined]]],
    ['a comment', ': keep-alive\n\n', [[undefined, undefined]]],
    ['a comment before its data', ': hello\ndata: x\n\n', [[undefined, 'x']]],
    ['a name and no data', 'event: ping\n\n', [['ping', undefined]]],
    ['a colon in its data', 'data: a: b\n\n', [[undefined, 'a: b']]],
    ['a byte order mark before it', '\ufeffdata: x\n\n', [[undefined, 'x']]],
    [
      'a byte order mark and a name',
      '\ufeffevent: e\ndata: x\n\ndata: y\n\n',
      [
        ['e', 'x'],
        [undefined, 'y'],
      ],
    ],
    ['mixed line ends', 'event: e\r\ndata: x\r\r\n', [['e', 'x']]],
    [
      'CR line ends',
      'data: a\rdata: b\r\rdata: c\r\r',
      [
        [undefined, 'a\nb'],
        [undefined, 'c'],
      ],
    ],
    [
      'CRLF line ends',
      'event: e\r\ndata: x\r\n\r\ndata: y\r\n\r\n',
      [
        ['e', 'x'],
        [undefined, 'y'],
      ],
    ],
    ['a lone CR within what looks like one line', 'data: a\rdata: b\n\n', [[undefined, 'a\nb']]],
  ] as const)('is read with %s', (_, text, expected) => {
    expect(events(text)).toEqual(expected);
  });

  it('that is only a blank line makes a frame without data', () => {
    expect(events('data: a\n\n\ndata: b\n\n')).toEqual([
      [undefined, 'a'],
      [undefined, undefined],
      [undefined, 'b'],
    ]);
  });

  it('with broken UTF-8 is read with replacement characters', () => {
    expect(read([Uint8Array.from([...encoder.encode('data: a'), 0xff, ...encoder.encode('b\n\n')])])[0]?.data).toBe(
      'a\ufffdb',
    );
  });
});

describe('the end of the stream', () => {
  it.each([
    ['without its blank line', 'data: [DONE]\n', '[DONE]', true],
    ['in the middle of a line', 'data: [DONE]', '[DONE]', true],
    ['with CRLF and no blank line', 'data: x\r\n', 'x', true],
    ['behind a CR that closes it', 'data: x\r\r', 'x', false],
  ])('gives a last event %s', (_, text, data, unclosed) => {
    const reader = createSseReader({ maxEventBytes: 1000 });
    expect([...reader.push(encoder.encode(text))]).toEqual([]);
    const last = [...reader.end()];
    expect(last.map(seen)).toEqual([{ event: undefined, data, raw: text }]);
    expect(last[0]?.unclosed).toBe(unclosed);
  });

  it('gives nothing behind a complete event', () => {
    const reader = createSseReader({ maxEventBytes: 1000 });
    expect([...reader.push(encoder.encode('data: x\r\n\r\n'))].map((frame) => frame.unclosed)).toEqual([false]);
    expect([...reader.end()]).toEqual([]);
  });
});

describe('chunks cut anywhere', () => {
  const stream =
    'event: a\r\ndata: {"t":"żółć 🙂 鍵"}\r\n\r\n: ping\n\ndata: x\ndata: y\r\rdata: é\r\n\n\ufeffid: 1\rdata: last\n';

  it('give the same frames when each byte comes alone', () => {
    const bytes = encoder.encode(stream);
    expect(read([...bytes].map((byte) => Uint8Array.of(byte)))).toEqual(read([bytes]));
  });

  it('give the same frames when cut in two at every offset', () => {
    const bytes = encoder.encode(stream);
    const whole = read([bytes]);
    for (let at = 0; at <= bytes.length; at++)
      expect(read([bytes.slice(0, at), bytes.slice(at)]), `cut at ${at}`).toEqual(whole);
  });

  it('give the same frames for any stream, any line ends and any cuts, and the frames together are the stream', () => {
    const lineEnd = fc.constantFrom('\n', '\r', '\r\n');
    const text = fc
      .oneof(fc.string({ unit: 'grapheme', maxLength: 12 }), fc.constantFrom('é', '🙂', '{"a":"鍵"}'))
      .map((value) => value.replace(/[\r\n]/g, ''));
    const line = fc.oneof(
      fc.constant(''),
      text.map((value) => `data: ${value}`),
      text.map((value) => `data:${value}`),
      text.map((value) => `event: ${value}`),
      text.map((value) => `: ${value}`),
      text.map((value) => `id: ${value}`),
      text,
    );
    const body = fc.array(fc.tuple(line, lineEnd), { maxLength: 20 }).map((lines) => lines.flat().join(''));
    const opening = fc.constantFrom('', '\ufeff');
    fc.assert(
      fc.property(opening, body, fc.array(fc.nat(), { maxLength: 12 }), (mark, rest, cuts) => {
        const bytes = encoder.encode(mark + rest);
        const whole = read([bytes]);
        expect(read(chunksOf(bytes, cuts))).toEqual(whole);
        expect(whole.map(({ raw }) => raw).join('')).toBe(mark + rest);
        const dispatched = whole.filter(({ data }) => data !== undefined).map(({ event, data }) => [event, data]);
        expect(dispatched).toEqual(bySpecification(mark + rest));
      }),
      { numRuns: 2000 },
    );
  });

  it('leave earlier frames as they were', () => {
    const reader = createSseReader({ maxEventBytes: 1000 });
    const frames = ['da', 'ta: one\n', '\ndata: t', 'wo\n\ndata:', ' three\n\n'].flatMap((text) => [
      ...reader.push(encoder.encode(text)),
    ]);
    expect(frames.map((frame) => decoder.decode(frame.raw))).toEqual([
      'data: one\n\n',
      'data: two\n\n',
      'data: three\n\n',
    ]);
  });

  it('give views without a copy when a chunk holds whole events', () => {
    const chunk = encoder.encode('data: a\n\ndata: b\n\n');
    for (const frame of createSseReader({ maxEventBytes: 1000 }).push(chunk))
      expect(frame.raw.buffer).toBe(chunk.buffer);
  });
});

/** The specification's algorithm over decoded text, written plainly; the last event counts even without its blank line. */
function bySpecification(stream: string): [string | undefined, string | undefined][] {
  const dispatched: [string | undefined, string | undefined][] = [];
  let event: string | undefined;
  let data: string[] = [];
  for (const line of [...stream.replace(/^\ufeff/, '').split(/\r\n|\n|\r/), '']) {
    if (line === '') {
      if (data.length > 0) dispatched.push([event, data.join('\n')]);
      event = undefined;
      data = [];
      continue;
    }
    const [, name = '', value = ''] = /^([^:]*):? ?(.*)$/s.exec(line) ?? [];
    if (name === 'event') event = value;
    if (name === 'data') data.push(value);
  }
  return dispatched;
}

describe('events that are known by their shape', () => {
  /** Knows `data: k` with a blank line, as many as there are. */
  const shape: Shape = {
    run(bytes, from) {
      const known = /^(?:data: k\n\n)*/.exec(decoder.decode(bytes.subarray(from)))?.[0].length ?? 0;
      return known === 0 ? undefined : { end: from + known, characters: known / 9 };
    },
  };
  const runs = (texts: readonly string[], maxEventBytes = 1000): [number, string][] => {
    const reader = createSseReader({ maxEventBytes, shape });
    const frames = [...texts.flatMap((text) => [...reader.push(encoder.encode(text))]), ...reader.end()];
    return frames.map((frame) => [frame.characters, decoder.decode(frame.raw)]);
  };

  it('come as one frame, and those around them one by one', () => {
    expect(runs(['data: a\n\ndata: k\n\ndata: k\n\ndata: b\n\ndata: k\n\n'])).toEqual([
      [0, 'data: a\n\n'],
      [2, 'data: k\n\ndata: k\n\n'],
      [0, 'data: b\n\n'],
      [1, 'data: k\n\n'],
    ]);
  });

  it('are cut by themselves where one began in an earlier chunk', () => {
    expect(runs(['data: k\n\nda', 'ta: k\n\ndata: k\n\nda', 'ta: b'])).toEqual([
      [1, 'data: k\n\n'],
      [0, 'data: k\n\n'],
      [1, 'data: k\n\n'],
      [0, 'data: b'],
    ]);
  });

  it('are cut one by one where they are larger together than one event may be', () => {
    expect(runs(['data: k\n\n'.repeat(3)], 18).map(([characters]) => characters)).toEqual([0, 2]);
  });
});

describe('an event larger than the cap', () => {
  const refused = (run: () => unknown): void =>
    expect(run).toThrow(expect.objectContaining({ code: 'upstream_invalid_response' }) as Error);

  it('is refused within one chunk', () => {
    refused(() => read([encoder.encode(`data: ${'x'.repeat(100)}\n\n`)], 100));
  });

  it('is refused as soon as its bytes pass the cap, before its end', () => {
    const reader = createSseReader({ maxEventBytes: 100 });
    const piece = encoder.encode('x'.repeat(40));
    expect([...reader.push(piece), ...reader.push(piece)]).toEqual([]);
    refused(() => [...reader.push(piece)]);
  });

  it('is one event: many small ones pass', () => {
    const small = encoder.encode(`data: ${'x'.repeat(80)}\n\n`);
    expect(
      read(
        Array.from({ length: 100 }, () => small),
        100,
      ),
    ).toHaveLength(100);
    expect(() => read([encoder.encode('data: x\n\n'.repeat(1000))], 100)).not.toThrow(UpstreamError);
  });
});

describe('a written event', () => {
  it('is read back as it was', () => {
    fc.assert(
      fc.property(
        fc.option(fc.stringMatching(/^[a-z_.]+$/), { nil: undefined }),
        fc.string({ unit: 'grapheme' }),
        (event, data) => {
          expect(events(sseEvent(event, data))).toEqual([[event, data.replace(/\r\n|\r/g, '\n')]]);
        },
      ),
    );
  });

  it('has the form that clients expect byte for byte', () => {
    expect(sseEvent(undefined, '{"a":1}')).toBe('data: {"a":1}\n\n');
    expect(sseEvent('message_stop', '{}')).toBe('event: message_stop\ndata: {}\n\n');
  });
});
