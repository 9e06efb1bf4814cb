import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Pattern, viewOf } from './pattern.ts';

const encoder = new TextEncoder();
const text = fc.string({ unit: 'grapheme', maxLength: 40 }).map((value) => value.replaceAll('\0', ''));

describe('Pattern', () => {
  it('stands where its bytes stand, and nowhere else', () => {
    fc.assert(
      fc.property(text, text, text, (before, pattern, behind) => {
        const sought = encoder.encode(pattern);
        const bytes = encoder.encode(before + pattern + behind);
        for (let at = 0; at <= bytes.length; at++) {
          const stands = sought.every((byte, index) => bytes[at + index] === byte);
          expect(new Pattern(sought).standsAt(viewOf(bytes), at)).toBe(stands);
        }
      }),
    );
  });

  it('looks at the bytes of its view only, and keeps none of those it was made of', () => {
    const array = encoder.encode('-0123456789-');
    const pattern = new Pattern(array.subarray(1, 11));
    expect(pattern.standsAt(viewOf(encoder.encode('0123456789')), 0)).toBe(true);
    expect(pattern.standsAt(viewOf(array.subarray(1, 10)), 0)).toBe(false);
    array.fill(0);
    expect(pattern.standsAt(viewOf(encoder.encode('0123456789')), 0)).toBe(true);
  });
});
