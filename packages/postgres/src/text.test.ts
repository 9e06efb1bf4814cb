import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rawOf, textOf } from './text.ts';

const units = fc.array(fc.oneof(fc.integer({ min: 0, max: 0xffff }), fc.constantFrom(0, 0xe01a, 0xd800, 0xdfff, 0x30)));
const anyText = units.map((codes) => String.fromCharCode(...codes));

describe('text for PostgreSQL', () => {
  it('comes back as it was, whatever it was', () => {
    fc.assert(
      fc.property(anyText, (raw) => {
        expect(rawOf(textOf(raw))).toBe(raw);
      }),
    );
  });

  it('has nothing that the server or UTF-8 would refuse or replace', () => {
    fc.assert(
      fc.property(anyText, (raw) => {
        const text = textOf(raw);
        expect(text).not.toContain('\u0000');
        expect(Buffer.from(text, 'utf8').toString('utf8')).toBe(text);
      }),
    );
  });

  it('stays readable where it can', () => {
    expect(textOf('user:ann äöü 😀')).toBe('user:ann äöü 😀');
  });
});
