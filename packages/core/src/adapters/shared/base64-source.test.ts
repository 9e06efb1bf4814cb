import { describe, expect, it } from 'vitest';
import type { ByteSource } from '../../transport/byte-source.ts';
import { base64Source } from './base64-source.ts';

/** A file of so many bytes, read in pieces of so many. */
function file(length: number, step: number): { bytes: Uint8Array; source: ByteSource } {
  const bytes = Uint8Array.from({ length }, (_, at) => (at * 37) % 256);
  async function* open() {
    for (let at = 0; at < length; at += step) yield bytes.subarray(at, at + step);
  }
  return { bytes, source: { size: length, open } };
}

async function textOf(source: ByteSource): Promise<string> {
  const pieces: Uint8Array[] = [];
  for await (const piece of source.open()) pieces.push(piece);
  return Buffer.concat(pieces).toString();
}

describe('a file inside of text', () => {
  it.each([0, 1, 2, 3, 4, 7, 64])(
    'of %i bytes is the same base64 wherever it is cut, and as long as is told',
    async (length) => {
      for (const step of [1, 2, 3, 4, 5, 64]) {
        const { bytes, source } = file(length, step);
        const whole = base64Source(['{"ä":"', source, '"}']);
        const text = await textOf(whole);
        expect(JSON.parse(text)).toEqual({ ä: Buffer.from(bytes).toString('base64') });
        expect(whole.size).toBe(Buffer.byteLength(text));
        expect(await textOf(whole)).toBe(text);
      }
    },
  );

  it('has no size where the file has none', () => {
    const { source } = file(3, 3);
    expect(base64Source(['a', { ...source, size: undefined }]).size).toBeUndefined();
  });
});
