import { createHash, randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { redactSecrets } from '../kit/redact.ts';
import { makeKey, parseKey, secretHash } from './key-text.ts';

const randomId = (bytes: number): string => randomBytes(bytes).toString('hex');

describe('the text of a key', () => {
  it('gives back the id, and the secret that the stored hash is of', () => {
    for (let count = 0; count < 200; count++) {
      const { id, key, hash } = makeKey(randomId);
      const parsed = parseKey(key);
      expect(key).toMatch(/^psk_[0-9a-f]{16}_[0-9a-f]{72}$/);
      expect(parsed?.id).toBe(id);
      expect(hash).toBe(
        createHash('sha256')
          .update(parsed?.secret ?? '')
          .digest('hex'),
      );
      expect(secretHash(parsed?.secret ?? new Uint8Array())).toBe(hash);
      expect(key).not.toContain(hash);
    }
  });

  it('is no key with any one of its characters changed, left out, doubled or swapped with the next', () => {
    const { key } = makeKey(randomId);
    for (let at = 0; at < key.length; at++) {
      const before = key.slice(0, at);
      const here = key[at] ?? '';
      const next = key[at + 1] ?? '';
      for (const other of ['0', '1', 'f', 'G', '_', ' ', '\u0000', 'é', '😀'])
        if (other !== here) expect(parseKey(before + other + key.slice(at + 1))).toBeUndefined();
      expect(parseKey(before + key.slice(at + 1))).toBeUndefined();
      expect(parseKey(before + here + key.slice(at))).toBeUndefined();
      if (next !== '' && next !== here) expect(parseKey(before + next + here + key.slice(at + 2))).toBeUndefined();
    }
    expect(parseKey(key.toUpperCase())).toBeUndefined();
    expect(parseKey(`${key}\n`)).toBeUndefined();
  });

  it('is told from any other text', () => {
    fc.assert(fc.property(fc.string(), (text) => parseKey(text) === undefined));
    fc.assert(
      fc.property(fc.string({ minLength: 89, maxLength: 89 }), (text) => parseKey(`psk_${text}`) === undefined),
    );
  });

  it('gets another secret under the same id', () => {
    const first = makeKey(randomId);
    const second = makeKey(randomId, first.id);
    expect(second.id).toBe(first.id);
    expect(second.hash).not.toBe(first.hash);
    expect(parseKey(second.key)?.id).toBe(first.id);
  });

  it('is not made of ids and secrets of another form', () => {
    expect(() => makeKey(randomId, 'ann')).toThrow(TypeError);
    expect(() => makeKey(() => 'abcdef')).toThrow(TypeError);
    expect(() => makeKey(() => '')).toThrow(TypeError);
  });

  it('never stands in a log', () => {
    const { key } = makeKey(randomId);
    expect(redactSecrets(`asked with ${key} for a model`)).toBe('asked with [redacted] for a model');
  });
});
