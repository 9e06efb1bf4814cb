import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { hasSha256, readSha256, sha256 } from './sha256.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

// https://csrc.nist.gov/CSRC/media/Projects/Cryptographic-Standards-and-Guidelines/documents/examples/SHA256.pdf
it('the hash of the examples of the standard is what the standard says', () => {
  expect(sha256(bytes('abc'))).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  expect(sha256(bytes('abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq'))).toBe(
    '248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1',
  );
});

it('the hash is that of another implementation, for every length around a block', () => {
  for (let length = 0; length < 200; length++) {
    const message = Uint8Array.from({ length }, (_, at) => (at * 37 + length) % 256);
    expect(sha256(message)).toBe(createHash('sha256').update(message).digest('hex'));
  }
});

it('the hash is that of another implementation, whatever the bytes are, and leaves them as they are', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 1000 }), (message) => {
      const before = Uint8Array.from(message);
      expect(sha256(message)).toBe(createHash('sha256').update(message).digest('hex'));
      expect(message).toEqual(before);
    }),
  );
});

it('a hash is that of its bytes and of no others, whichever bit differs', () => {
  const message = bytes('abc');
  const hash = sha256(message);
  expect(hasSha256(message, readSha256(hash))).toBe(true);
  expect(hasSha256(bytes('abd'), readSha256(hash))).toBe(false);
  for (let at = 0; at < 64; at++) {
    const digit = (Number.parseInt(hash[at] ?? '', 16) ^ (1 << (at % 4))).toString(16);
    expect(hasSha256(message, readSha256(hash.slice(0, at) + digit + hash.slice(at + 1)))).toBe(false);
  }
  for (const text of ['', hash.slice(1), `${hash}0`, hash.toUpperCase(), `${hash.slice(1)}g`])
    expect(() => readSha256(text)).toThrow(TypeError);
});
