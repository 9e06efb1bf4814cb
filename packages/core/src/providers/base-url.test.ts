import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fillPlaceholders, isLoopback, parseBaseUrl } from './base-url.ts';

const path = 'providers.x.baseUrl';

describe('a base URL', () => {
  it('is taken apart into origin and base path without the trailing slash', () => {
    expect(parseBaseUrl('https://llm.acme.dev:8443/openai/v1//', path)).toEqual({
      origin: 'https://llm.acme.dev:8443',
      basePath: '/openai/v1',
    });
    expect(parseBaseUrl('https://llm.acme.dev/', path)).toEqual({ origin: 'https://llm.acme.dev', basePath: '' });
  });

  it.each([
    ['https://user:secret@acme.dev/v1', 'keys belong in apiKey'],
    ['https://@acme.dev/v1', 'keys belong in apiKey'],
    ['https://acme.dev/v1?key=secret', 'is not a base URL'],
    ['https://acme.dev/v1?', 'is not a base URL'],
    ['https://acme.dev/v1#secret', 'is not a base URL'],
    ['https://acme.dev\\@evil.dev/v1', 'is not a base URL'],
    ['https://acme.dev/v1\r\n', 'is not a base URL'],
    ['https://{host}/v1', 'is not a base URL'],
    ['ftp://acme.dev/v1', 'is not a base URL'],
    ['//acme.dev/v1', 'is not a base URL'],
    ['https:acme.dev', 'is not a base URL'],
    ['acme.dev/v1', 'is not a base URL'],
    ['', 'is not a base URL'],
    ['https://acme.dev:99999/v1', 'is not a base URL'],
  ])('%j is refused, and what it holds is not repeated', (text, why) => {
    expect(() => parseBaseUrl(text, path)).toThrow(why);
    expect(() => parseBaseUrl(text, path)).not.toThrow('secret');
  });

  it.each([
    'http://localhost:8000/v1',
    'http://127.0.0.1:1/v1',
    'http://127.9.9.9/v1',
    'http://[::1]:8080/v1',
    'http://2130706433/v1',
  ])('%s may be plain http', (text) => {
    expect(parseBaseUrl(text, path).origin).toMatch(/^http:/);
  });

  it.each([
    'http://acme.dev/v1',
    'http://localhost.acme.dev/v1',
    'http://127.0.0.1.acme.dev/v1',
    'http://10.0.0.1/v1',
    'http://0.0.0.0/v1',
  ])('%s must be https unless allowInsecure', (text) => {
    expect(() => parseBaseUrl(text, path)).toThrow('providers.x.baseUrl: is plain http');
    expect(parseBaseUrl(text, path, true).origin).toMatch(/^http:/);
  });

  it('counts as loopback only the addresses that can not leave the machine', () => {
    expect(['localhost', '127.0.0.1', '127.255.255.255', '[::1]'].every(isLoopback)).toBe(true);
    expect(['::1', '[::]', '0.0.0.0', '128.0.0.1', 'localhost.', '[::ffff:127.0.0.1]'].some(isLoopback)).toBe(false);
  });
});

describe('a placeholder', () => {
  const fill = (template: string, value: string) => fillPlaceholders(template, { it: value }, 'providers.x.settings');

  it('becomes a host label or an encoded path segment', () => {
    expect(fill('https://{it}.acme.dev/v1', 'my-Team1')).toBe('https://my-Team1.acme.dev/v1');
    expect(fill('https://acme.dev/accounts/{it}/v1', 'a/b c?')).toBe('https://acme.dev/accounts/a%2Fb%20c%3F/v1');
  });

  it.each(['evil.dev/', 'evil.dev', 'a@b', 'a:1', '-a', 'a-', 'ä', 'a b', '{x}', 'a'.repeat(64)])(
    '%j is no host label',
    (value) => {
      expect(() => fill('https://{it}.acme.dev', value)).toThrow('providers.x.settings.it: must be one label');
    },
  );

  it.each(['.', '..'])('%j can not climb out of a path', (value) => {
    expect(() => fill('https://acme.dev/{it}/v1', value)).toThrow('dot segment');
  });

  it('must be given, by itself and not by inheritance', () => {
    expect(() => fillPlaceholders('https://{it}.acme.dev', {}, 'providers.x.settings')).toThrow(
      'providers.x.settings.it: is missing',
    );
    expect(() => fill('https://{it}.acme.dev', '')).toThrow('is missing');
    expect(() => fillPlaceholders('https://{constructor}.acme.dev', {}, 'p')).toThrow('p.constructor: is missing');
  });

  it('never changes the host beyond its own label', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (value) => {
        let filled: string;
        try {
          filled = fill('https://{it}.acme.dev/{it}/v1', value);
        } catch {
          return;
        }
        const url = new URL(filled);
        expect(url.hostname).toBe(`${value.toLowerCase()}.acme.dev`);
        expect(url.pathname.split('/')).toHaveLength(3);
        expect(url.search + url.hash + url.username).toBe('');
      }),
    );
  });
});
