import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Frame } from './frame.ts';
import { createNdjsonReader } from './ndjson.ts';

const encoder = new TextEncoder();
const decoder = new TextDecoder();

function read(chunks: readonly Uint8Array[], maxEventBytes = 1_000_000): Frame[] {
  const reader = createNdjsonReader({ maxEventBytes });
  return [...chunks.flatMap((chunk) => [...reader.push(chunk)]), ...reader.end()];
}

const line = fc.oneof(fc.json(), fc.constantFrom('', '  ', '{"text":"é 鍵 😀"}', 'no json'));

describe('newline-delimited JSON', () => {
  it('is cut into the same lines wherever its bytes are split', () => {
    fc.assert(
      fc.property(
        fc.array(line),
        fc.constantFrom('\n', '\r\n'),
        fc.boolean(),
        fc.array(fc.nat()),
        (lines, end, closed, places) => {
          const text = lines.join(end) + (closed && lines.length > 0 ? end : '');
          const bytes = encoder.encode(text);
          const cuts = [0, ...places.map((place) => place % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
          const chunks = cuts.slice(1).map((cut, index) => bytes.slice(cuts[index], cut));
          const frames = read(chunks);
          expect(frames.map(({ raw }) => decoder.decode(raw)).join('')).toBe(text);
          expect(frames.map(({ data }) => data).filter((data) => data !== undefined)).toEqual(
            lines.map((each) => each.trim()).filter((each) => each !== ''),
          );
        },
      ),
    );
  });

  it('says of its last line that its end never came', () => {
    const frames = read([encoder.encode('{"a":1}\n{"b":')]);
    expect(frames.map(({ data, unclosed }) => [data, unclosed])).toEqual([
      ['{"a":1}', false],
      ['{"b":', true],
    ]);
  });

  it('is refused when a line is larger than the cap, whole or in pieces', () => {
    const bytes = encoder.encode(`${'x'.repeat(20)}\n`);
    expect(() => read([bytes], 10)).toThrow('larger than 10 bytes');
    expect(() => read([bytes.slice(0, 8), bytes.slice(8, 16)], 10)).toThrow('larger than 10 bytes');
  });
});
