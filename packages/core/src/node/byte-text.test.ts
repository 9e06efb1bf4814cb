import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { portableByteText } from '../transport/byte-text.ts';
import { nodeByteText } from './byte-text.ts';

const anyBytes = fc.oneof(
  fc.uint8Array(),
  fc.string({ unit: 'grapheme' }).map((text) => new TextEncoder().encode(text)),
  fc.string().map((text) => Buffer.from(text)),
);

describe("Node's way from bytes to text for scanning", () => {
  it('agrees with the portable one on what is UTF-8, what is ASCII and where each ASCII character stands', () => {
    fc.assert(
      fc.property(anyBytes, (bytes) => {
        const native = nodeByteText(bytes);
        const portable = portableByteText(bytes);
        expect(native?.ascii).toBe(portable?.ascii);
        expect(native?.text.length).toBe(portable === undefined ? undefined : bytes.length);
        expect(blurred(native?.text)).toBe(blurred(portable?.text));
      }),
    );
  });

  it('reads a view into a larger array within its bounds', () => {
    const whole = new TextEncoder().encode('xx{"a":1}yy');
    expect(nodeByteText(whole.subarray(2, 9))?.text).toBe('{"a":1}');
  });
});

// biome-ignore lint/suspicious/noControlCharactersInRegex: the range is ASCII
const blurred = (text: string | undefined): string | undefined => text?.replace(/[^\x00-\x7f]/g, '?');
