import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isGatewayError } from '../kit/errors.ts';
import { headersOf, urlOf } from './call-url.ts';
import { resolveProvider } from './resolve.ts';

const provider = resolveProvider('acme', {
  format: 'gemini',
  baseUrl: 'https://llm.acme.dev/base/v1',
  apiKey: 'k',
  auth: { header: 'x-goog-api-key' },
});
const dated = resolveProvider('azure-deployments', {
  apiKey: 'k',
  settings: { resource: 'acme', apiVersion: '2024-10-21' },
});

describe('where a call goes', () => {
  it('is the base path, the path of the call and both queries', () => {
    expect(urlOf(provider, '/models/m:streamGenerateContent?alt=sse')).toEqual({
      origin: 'https://llm.acme.dev',
      path: '/base/v1/models/m:streamGenerateContent?alt=sse',
    });
    expect(urlOf(dated, '/openai/deployments/m/chat/completions').path).toBe(
      '/openai/deployments/m/chat/completions?api-version=2024-10-21',
    );
    expect(urlOf(dated, '/openai/models?limit=1').path).toBe('/openai/models?limit=1&api-version=2024-10-21');
  });

  it.each([
    'gpt-5.4-mini',
    'publishers%2Fgoogle%2Fmodels%2Fg',
    '..a',
    'a..b',
    '...',
    'a.',
    '%40cf%2Fmeta%2Fllama',
    'm:latest',
  ])('takes the model name %s as it stands', (model) => {
    expect(urlOf(provider, `/models/${model}:generateContent`).path).toBe(`/base/v1/models/${model}:generateContent`);
  });

  it.each([
    '..',
    '.',
    '%2e%2e',
    '.%2E',
    '..%2fadmin',
    '..%5cadmin',
    'a%2F..',
    '%252e%252e',
    'a%252f..',
    '..;a',
    '..%3ba',
    'a/../b',
    'a b',
    'a\r\nb',
    'ä',
    'a\\b',
    'a#b',
  ])('refuses the model name %j', (model) => {
    const refused = () => urlOf(provider, `/models/${model}/x`);
    expect(refused).toThrow('This model name can not stand in the path of a provider.');
    try {
      refused();
    } catch (error) {
      expect(isGatewayError(error) && [error.code, error.param, error.status]).toEqual([
        'invalid_request',
        'model',
        400,
      ]);
    }
  });

  it.each(['//evil.dev/x', 'x', '', 'https://evil.dev/'])(
    'refuses the path %j, which could name another host',
    (path) => {
      expect(() => urlOf(provider, path)).toThrow();
    },
  );

  it('stays under the base path for every model name, however often a server decodes it', () => {
    const nasty = fc.array(
      fc.constantFrom('.', '..', '/', '%2e', '%2f', '%5c', '%25', '\\', ';', '%3b', 'a', '?', '#', '\n', '%'),
      { maxLength: 12 },
    );
    fc.assert(
      fc.property(nasty, fc.boolean(), (pieces, encode) => {
        const name = pieces.join('');
        let path: string;
        try {
          path = urlOf(provider, `/models/${encode ? encodeURIComponent(name) : name}/x`).path;
        } catch {
          return;
        }
        for (const decoded of decodings(path)) {
          expect(new URL(decoded, 'https://llm.acme.dev').pathname).toMatch(/^\/base\/v1\/models\//);
        }
      }),
      { numRuns: 2000 },
    );
  });
});

describe('the headers of a call', () => {
  const row = {
    format: 'anthropic-messages',
    baseUrl: 'https://llm.acme.dev',
    auth: { header: 'x-api-key' },
    headers: { 'X-Version': '1', 'x-team': 'a' },
  } as const;
  const versioned = resolveProvider('acme', { ...row, apiKey: 'key' });

  it('are the fixed ones, those of the call over them, and the key', () => {
    expect(headersOf(versioned, { headers: { 'x-version': '2', 'content-type': 'application/json' } })).toEqual({
      'x-version': '2',
      'x-team': 'a',
      'content-type': 'application/json',
      'x-api-key': 'key',
    });
  });

  it('carry no credential but the configured key', () => {
    const headers = {
      authorization: 'Bearer client',
      'x-api-key': 'client',
      'api-key': 'client',
      'x-goog-api-key': 'client',
      cookie: 'client',
    };
    expect(JSON.stringify(headersOf(versioned, { headers }))).not.toContain('client');
    expect(versioned.authHeaders).toEqual({ 'x-api-key': 'key' });
  });
});

/** A path as servers may see it after 0 to 3 rounds of percent-decoding. */
function decodings(path: string): string[] {
  const all = [path];
  for (let round = 0; round < 3; round += 1) {
    try {
      all.push(decodeURIComponent(all.at(-1) ?? '').replaceAll('\\', '/'));
    } catch {
      break;
    }
  }
  return all.map((one) => one.replace(/;[^/]*/g, '').split(/[?#]/)[0] ?? '');
}
