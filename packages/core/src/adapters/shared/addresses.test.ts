import { describe, expect, it } from 'vitest';
import { holdsAddress } from './addresses.ts';

describe('an address', () => {
  it.each(['https://a.test', 'HTTP://a.test', ' ftp://a.test/x', 'gs://bucket/x', 'file:///etc/passwd', '//a.test/x'])(
    'is %j, at any depth',
    (text) => {
      expect(holdsAddress(text)).toBe(true);
      expect(holdsAddress({ a: [{ b: [text] }] })).toBe(true);
    },
  );

  it.each([
    ['words that hold one', 'see https://a.test'],
    ['a data URI', 'data:image/png;base64,//8='],
    ['base64 with a slash', '/9j/4AAQ'],
    ['a host', 'a.test'],
    ['nothing', undefined],
    ['a number', 7],
    ['the name of a schema', { schema: { $schema: 'https://json-schema.org/draft/2020-12/schema', $id: '//a' } }],
    ['a member’s name', { 'https://a.test': 1 }],
  ])('is not %s', (_, value) => {
    expect(holdsAddress(value)).toBe(false);
  });
});
