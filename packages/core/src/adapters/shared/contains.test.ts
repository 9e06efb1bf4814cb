import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Mark } from './contains.ts';

const encoder = new TextEncoder();
const ascii = (max: number) => fc.string({ unit: fc.constantFrom('a', 'b', '"', '_'), minLength: 1, maxLength: max });

describe('a mark', () => {
  it('is found wherever it stands, and nowhere else', () => {
    fc.assert(
      fc.property(ascii(60), ascii(4), ascii(60), fc.boolean(), (before, mark, behind, put) => {
        const text = before + (put ? mark : '') + behind;
        expect(new Mark(mark).isIn(encoder.encode(text))).toBe(text.includes(mark));
      }),
    );
  });

  it('is found among bytes that are no ASCII', () => {
    expect(new Mark('"end"').isIn(encoder.encode('äöü 漢字 "end"'))).toBe(true);
  });

  it('is not in bytes that are shorter', () => {
    expect(new Mark('mark').isIn(encoder.encode('mar'))).toBe(false);
  });
});
