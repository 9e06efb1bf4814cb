import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isGatewayError } from '../../kit/errors.ts';
import { assertHeaderName, authHeaders } from './headers.ts';

describe('the header that carries a key', () => {
  it.each([
    ['bearer' as const, { authorization: 'Bearer sk-1' }],
    [{ header: 'X-Api-Key' }, { 'x-api-key': 'sk-1' }],
    [{ header: 'authorization', prefix: 'Key ' }, { authorization: 'Key sk-1' }],
    ['none' as const, {}],
  ])('follows the style %j', (auth, headers) => {
    expect(authHeaders({ auth }, 'sk-1')).toEqual(headers);
  });

  it.each([
    ['sk-secret\r\nx-admin: 1', 'holds a line break'],
    ['sk-secret\n', 'holds a line break'],
    [' sk-secret', 'has white space around it'],
    ['sk-secret\u0000', 'holds a character that no header can carry'],
    ['sk-secret\u2013', 'holds a character that no header can carry'],
    ['', 'is empty'],
  ])('refuses %j without printing it', (key, flaw) => {
    const refusal = thrownBy(() => authHeaders({ auth: 'bearer' }, key, 'providers.x.apiKey'));
    expect(isGatewayError(refusal) && refusal.code).toBe('config_invalid');
    expect(String(refusal)).toContain(`providers.x.apiKey: ${flaw}`);
    expect(JSON.stringify(refusal) + String(refusal)).not.toContain('secret');
  });

  it('takes every key that it takes unchanged, and any other not at all', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (key) => {
        const refusal = thrownBy(() => authHeaders({ auth: { header: 'api-key' } }, key));
        if (refusal !== undefined) {
          expect(isGatewayError(refusal)).toBe(true);
          return;
        }
        const headers = new Headers(authHeaders({ auth: { header: 'api-key' } }, key));
        expect(headers.get('api-key')).toBe(key);
      }),
    );
  });

  it.each(['', 'x key', 'x-key:', 'x\r\ny', 'schlüssel'])('is not named %j', (name) => {
    expect(() => assertHeaderName(name, 'providers.x.auth.header')).toThrow(
      'providers.x.auth.header: is no header name',
    );
  });
});

function thrownBy(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    return error;
  }
  return undefined;
}
