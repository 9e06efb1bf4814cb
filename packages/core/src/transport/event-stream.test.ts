import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isGatewayError } from '../kit/errors.ts';
import { crc32 } from './crc32.ts';
import { eventMessage } from './event-message.ts';
import { createEventStreamReader } from './event-stream.ts';
import type { Frame } from './frame.ts';

const CAP = 1 << 20;
const utf8 = new TextEncoder();

interface Seen {
  readonly event: string | undefined;
  readonly data: string | undefined;
  readonly exception: boolean | undefined;
  readonly raw: Uint8Array;
}

/** What a reader makes of these pieces. */
function read(pieces: readonly Uint8Array[], maxEventBytes = CAP): Seen[] {
  const reader = createEventStreamReader({ maxEventBytes });
  const seen = ({ event, data, exception, raw }: Frame): Seen => ({ event, data, exception, raw: raw.slice() });
  return [...pieces.flatMap((piece) => [...reader.push(piece)].map(seen)), ...[...reader.end()].map(seen)];
}

const event = (type: string, payload: string): Uint8Array =>
  eventMessage({ ':event-type': type, ':content-type': 'application/json', ':message-type': 'event' }, payload);

const glued = (...parts: readonly Uint8Array[]): Uint8Array => Uint8Array.from(parts.flatMap((part) => [...part]));

/** Cut at these places. */
function cut(bytes: Uint8Array, places: readonly number[]): Uint8Array[] {
  const sorted = [...new Set(places.map((place) => place % (bytes.length + 1)))].sort((a, b) => a - b);
  return [0, ...sorted].map((from, index) => bytes.subarray(from, sorted[index] ?? bytes.length));
}

/** Bytes given in hexadecimal. */
const hex = (text: string): Uint8Array => Uint8Array.from(text.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16));

const code = (run: () => unknown): string => {
  try {
    run();
  } catch (error) {
    return isGatewayError(error) ? error.code : String(error);
  }
  return 'nothing thrown';
};

describe('crc32', () => {
  it('of the digits 1 to 9 is what the catalogue of checksums says', () => {
    // Source: https://reveng.sourceforge.io/crc-catalogue/17plus.htm#crc.cat.crc-32-iso-hdlc ("check")
    expect(crc32(utf8.encode('123456789'), 0, 9)).toBe(0xcbf43926);
  });
});

describe('event-stream', () => {
  it('reads an event with its name and its payload', () => {
    expect(read([event('messageStart', '{"role":"assistant"}')])).toMatchObject([
      { event: 'messageStart', data: '{"role":"assistant"}', exception: false },
    ]);
  });

  it('reads a message without headers and payload, the smallest there is', () => {
    // The lengths 16 and 0 and their checksum are those of the specification's example of an empty message.
    expect(read([hex('000000100000000005c248eb7d98c8ff')])).toMatchObject([{ event: undefined, data: undefined }]);
  });

  it('tells exceptions from events, and gives an error without payload its message', () => {
    const exception = eventMessage(
      { ':exception-type': 'throttlingException', ':message-type': 'exception' },
      '{"message":"slow down"}',
    );
    const error = eventMessage(
      { ':message-type': 'error', ':error-code': 'InternalFailure', ':error-message': 'broken' },
      '',
    );
    expect(read([exception, error])).toMatchObject([
      { event: 'throttlingException', data: '{"message":"slow down"}', exception: true },
      { event: 'InternalFailure', data: '{"message":"broken"}', exception: true },
    ]);
  });

  it('skips headers of every other type', () => {
    const others = [
      [1, 0x61, 0],
      [1, 0x62, 1],
      [1, 0x63, 2, 7],
      [1, 0x64, 3, 0, 7],
      [1, 0x65, 4, 0, 0, 0, 7],
      [1, 0x66, 5, 0, 0, 0, 0, 0, 0, 0, 7],
      [1, 0x67, 6, 0, 2, 9, 9],
      [1, 0x68, 8, 0, 0, 0, 0, 0, 0, 0, 7],
      [1, 0x69, 9, ...new Array<number>(16).fill(3)],
    ].flat();
    const known = [...eventMessage({ ':event-type': 'x' }, '').subarray(12, -4)];
    const message = sealed([...others, ...known], utf8.encode('{}'));
    expect(read([message])).toMatchObject([{ event: 'x', data: '{}' }]);
  });

  it('gives the same frames wherever the bytes are cut, and every byte in exactly one', () => {
    const messages = fc.array(fc.tuple(fc.string(), fc.string({ unit: 'grapheme' })), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(messages, fc.array(fc.nat(), { maxLength: 30 }), (said, places) => {
        const whole = glued(...said.map(([type, payload]) => event(type, payload)));
        const frames = read(cut(whole, places));
        expect(frames.map((frame) => [frame.event, frame.data ?? ''])).toEqual(said);
        expect(glued(...frames.map(({ raw }) => raw))).toEqual(whole);
      }),
    );
  });

  it('gives the same frames byte by byte', () => {
    const whole = glued(event('a', '{"x":"ä€😀"}'), event('b', '{}'));
    expect(read([...whole].map((byte) => Uint8Array.of(byte))).map(({ data }) => data)).toEqual(['{"x":"ä€😀"}', '{}']);
  });

  it('gives nothing for half a message at the end', () => {
    const whole = glued(event('a', '{}'), event('b', '{}'));
    expect(read([whole.subarray(0, whole.length - 1)]).map((frame) => frame.event)).toEqual(['a']);
  });

  it('refuses any flipped bit, and never waits for a length that is wrong', () => {
    const message = event('contentBlockDelta', '{"delta":{"text":"Hello"}}');
    fc.assert(
      fc.property(fc.nat(message.length - 1), fc.integer({ min: 0, max: 7 }), (at, bit) => {
        const flipped = message.slice();
        flipped[at] = (flipped[at] ?? 0) ^ (1 << bit);
        expect(code(() => read([flipped]))).toBe('upstream_invalid_response');
      }),
      { numRuns: 500 },
    );
  });

  it('refuses what is no event stream at all', () => {
    for (const text of ['<!doctype html><html></html>', 'data: {"a":1}\n\n', '{"message":"no"}'])
      expect(code(() => read([utf8.encode(text)]))).toBe('upstream_invalid_response');
  });

  it('refuses a message that is larger than the cap, as soon as its length is known', () => {
    const message = event('a', 'x'.repeat(2000));
    expect(code(() => read([message.subarray(0, 12)], 1000))).toBe('upstream_invalid_response');
  });

  it.each([
    ['a name without letters', [0, 7, 0, 0]],
    ['a type that is none', [1, 0x61, 10]],
    ['a value beyond the headers', [1, 0x61, 7, 0, 9, 0x62]],
    ['a name beyond the headers', [9, 0x61]],
    ['a length that is cut', [1, 0x61, 7, 0]],
  ])('refuses headers with %s, though the checksums are right', (_, headers) => {
    expect(code(() => read([sealed(headers, utf8.encode('{}'))]))).toBe('upstream_invalid_response');
  });

  it('refuses headers that are longer than the message', () => {
    const message = event('a', '{}');
    const view = new DataView(message.buffer);
    view.setUint32(4, message.length);
    view.setUint32(8, crc32(message, 0, 8));
    expect(code(() => read([message]))).toBe('upstream_invalid_response');
  });
});

/** A message with right checksums around any headers. */
function sealed(headers: readonly number[], payload: Uint8Array): Uint8Array {
  const message = new Uint8Array(16 + headers.length + payload.length);
  const view = new DataView(message.buffer);
  view.setUint32(0, message.length);
  view.setUint32(4, headers.length);
  view.setUint32(8, crc32(message, 0, 8));
  message.set(headers, 12);
  message.set(payload, 12 + headers.length);
  view.setUint32(message.length - 4, crc32(message, 0, message.length - 4));
  return message;
}
