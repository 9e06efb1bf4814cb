import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bytesToBase64, fromBase64, toBase64 } from './base64.ts';

describe('base64', () => {
  // Test vectors of RFC 4648, section 10.
  it.each([
    ['', ''],
    ['f', 'Zg=='],
    ['fo', 'Zm8='],
    ['foo', 'Zm9v'],
    ['foob', 'Zm9vYg=='],
    ['fooba', 'Zm9vYmE='],
    ['foobar', 'Zm9vYmFy'],
  ])('of %j is %j', (text, encoded) => {
    expect(toBase64(text)).toBe(encoded);
  });

  it('of any bytes is what everybody else reads as those bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect([...Buffer.from(bytesToBase64(bytes), 'base64')]).toEqual([...bytes]);
      }),
    );
  });

  it('uses the way of the runtime where it has one', () => {
    expect(bytesToBase64(Object.assign(new Uint8Array(3), { toBase64: () => 'native' }))).toBe('native');
  });

  it('gives back the text it was made of', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(fromBase64(toBase64(text))).toBe(text);
      }),
    );
  });
});
