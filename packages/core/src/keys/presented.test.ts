import { describe, expect, it } from 'vitest';
import { presentedKey } from './presented.ts';

const request = (headers: Record<string, string>, query = '') => ({
  header: (name: string) => headers[name],
  query: new URLSearchParams(query),
});
const keyIn = (headers: Record<string, string>) => presentedKey(request(headers), false);

describe('the key of a request', () => {
  it.each([
    ['authorization', 'Bearer k1'],
    ['authorization', 'bearer   k1'],
    ['x-api-key', 'k1'],
    ['api-key', 'k1'],
    ['x-goog-api-key', 'k1'],
  ])('stands in %s: %s', (name, value) => {
    expect(keyIn({ [name]: value })).toBe('k1');
  });

  it('may stand in several places, if it is one', () => {
    expect(keyIn({ authorization: 'Bearer k1', 'x-api-key': 'k1', 'api-key': '' })).toBe('k1');
    for (const headers of [
      { authorization: 'Bearer k1', 'x-api-key': 'k2' },
      { 'x-api-key': 'k1', 'x-goog-api-key': 'k2' },
      { 'api-key': 'k1', authorization: 'Bearer K1' },
    ])
      expect(() => keyIn(headers)).toThrow(expect.objectContaining({ code: 'keys_conflict', status: 401 }));
  });

  it.each([
    // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-authentication-methods.html
    'AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260101/us-east-1/bedrock/aws4_request, SignedHeaders=host, Signature=00',
    'Basic azE6azE=',
    'Bearer',
    'Bearer ',
    'k1',
    '',
  ])('is not what stands in authorization as %s', (authorization) => {
    expect(keyIn({ authorization })).toBeUndefined();
    expect(keyIn({ authorization, 'x-api-key': 'k1' })).toBe('k1');
  });

  it('is not read from the query unless that is wanted', () => {
    const asked = request({}, 'key=k1&alt=sse');
    expect(presentedKey(asked, false)).toBeUndefined();
    expect(presentedKey(asked, true)).toBe('k1');
    expect(asked.query.toString()).toBe('alt=sse');
  });

  it('in the query may not differ from another one, and is taken out all the same', () => {
    for (const [headers, query] of [
      [{ 'x-api-key': 'k2' }, 'key=k1'],
      [{}, 'key=k1&key=k2'],
    ] as const) {
      const asked = request(headers, query);
      expect(() => presentedKey(asked, true)).toThrow(expect.objectContaining({ code: 'keys_conflict' }));
      expect(asked.query.has('key')).toBe(false);
    }
  });
});
