import { describe, expect, it } from 'vitest';
import type { ProviderConfig } from '../config/types.ts';
import { isGatewayError } from '../kit/errors.ts';
import { resolveProvider } from './resolve.ts';

describe('a known provider', () => {
  it('needs nothing but its key', () => {
    const provider = resolveProvider('groq', { apiKey: 'gsk-1' });
    expect(provider).toMatchObject({
      id: 'groq',
      origin: 'https://api.groq.com',
      basePath: '/openai/v1',
      query: '',
      authHeaders: { authorization: 'Bearer gsk-1' },
    });
    expect(provider.row).toMatchObject({
      format: 'openai-chat',
      fidelity: 'compatible',
      baseUrl: 'https://api.groq.com/openai/v1',
    });
  });

  it('takes over what the configuration says, and keeps the rest of its maps', () => {
    const { row, authHeaders, origin } = resolveProvider('anthropic', {
      apiKey: 'token',
      auth: 'bearer',
      baseUrl: 'https://proxy.acme.dev',
      headers: { 'anthropic-beta': 'context-1m' },
    });
    expect(origin).toBe('https://proxy.acme.dev');
    expect(authHeaders).toEqual({ authorization: 'Bearer token' });
    expect(row.headers).toEqual({ 'anthropic-version': '2023-06-01', 'anthropic-beta': 'context-1m' });
  });

  it('ignores fields that are undefined', () => {
    const config = { apiKey: 'k', baseUrl: undefined, auth: undefined } as unknown as ProviderConfig;
    expect(resolveProvider('openai', config).row).toMatchObject({
      auth: 'bearer',
      baseUrl: 'https://api.openai.com/v1',
    });
  });

  it('lends its row to another id by extends', () => {
    const { row, id } = resolveProvider('eu', { extends: 'mistral', apiKey: 'k', baseUrl: 'https://eu.acme.dev/v1' });
    expect(id).toBe('eu');
    expect(row.rename).toEqual({ max_completion_tokens: 'max_tokens', seed: 'random_seed' });
    expect(row.streamUsage).toBe(false);
  });

  it('gives an extending row of the catalog everything that it does not say itself', () => {
    const { row, origin } = resolveProvider('codestral', { apiKey: 'k' });
    expect(origin).toBe('https://codestral.mistral.ai');
    expect(row.rename).toHaveProperty('seed', 'random_seed');
    expect(row.serves).toEqual(['chat']);
    expect(row.also?.['openai-completions']?.paths).toEqual({ chat: '/fim/completions' });
  });
});

describe('the two forms of azure', () => {
  it('puts the resource into the host of the v1 API', () => {
    const provider = resolveProvider('azure', { apiKey: 'k', settings: { resource: 'acme' } });
    expect(provider).toMatchObject({
      origin: 'https://acme.openai.azure.com',
      basePath: '/openai/v1',
      query: '',
      authHeaders: { 'api-key': 'k' },
    });
  });

  it('puts the version of the dated API into the query, and the deployment into the path', () => {
    const settings = { apiVersion: '2024-10-21' };
    const provider = resolveProvider('azure', {
      extends: 'azure-deployments',
      apiKey: 'k',
      baseUrl: 'http://127.0.0.1:9/f/x',
      settings,
    });
    expect(provider).toMatchObject({ origin: 'http://127.0.0.1:9', basePath: '/f/x', query: 'api-version=2024-10-21' });
    expect(provider.row.paths?.chat).toBe('/openai/deployments/{model}/chat/completions');
  });

  it('encodes what stands in the query', () => {
    const settings = { resource: 'acme', apiVersion: '1&key=2' };
    expect(resolveProvider('azure-deployments', { apiKey: 'k', settings }).query).toBe('api-version=1%26key%3D2');
  });

  it('says which setting is missing', () => {
    expect(() => resolveProvider('azure', { apiKey: 'k' })).toThrow(
      'providers.azure.settings.resource: is missing; give it here, or a whole baseUrl.',
    );
    expect(() => resolveProvider('azure-deployments', { apiKey: 'k', settings: { resource: 'a' } })).toThrow(
      'settings.apiVersion: is missing',
    );
  });
});

describe("a row of one's own", () => {
  it('needs a format and a base URL', () => {
    const provider = resolveProvider('acme', {
      format: 'openai-chat',
      baseUrl: 'https://llm.acme.dev/v1',
      apiKey: 'k',
    });
    expect(provider.row).toMatchObject({
      auth: 'bearer',
      fidelity: 'compatible',
      serves: ['chat', 'embeddings', 'models'],
      apiKeyEnv: [],
    });
    expect(() => resolveProvider('acme', { format: 'openai-chat', apiKey: 'k' })).toThrow(
      'providers.acme.baseUrl: is missing',
    );
  });

  it('is exact by default in the formats whose owner nobody imitates loosely', () => {
    const config = { baseUrl: 'https://llm.acme.dev', auth: 'none' } as const;
    expect(resolveProvider('acme', { ...config, format: 'anthropic-messages' }).row.fidelity).toBe('exact');
    expect(resolveProvider('acme', { ...config, format: 'gemini' }).row.serves).toContain('count-tokens');
  });

  it('says explicitly that it wants no key', () => {
    const config = { format: 'openai-chat', baseUrl: 'http://localhost:8000/v1' } as const;
    expect(resolveProvider('acme', { ...config, auth: 'none' }).authHeaders).toEqual({});
    expect(() => resolveProvider('acme', config)).toThrow(
      "providers.acme.apiKey: is missing; give it, or write auth: 'none'.",
    );
    expect(() => resolveProvider('acme', { ...config, auth: 'none', apiKey: 'secret' })).toThrow(
      "is given but auth is 'none'",
    );
  });
});

describe('a server that one runs oneself', () => {
  it('has no default base URL, so that nothing is sent elsewhere by oversight', () => {
    expect(() => resolveProvider('hosted_vllm', { apiKey: 'k' })).toThrow(
      'providers.hosted_vllm.baseUrl: is missing: this provider has no default one; write the URL of your server, or set HOSTED_VLLM_API_BASE and use fromEnvironment.',
    );
  });

  it('may run without a key, unless a style is asked for', () => {
    const baseUrl = 'http://localhost:8000/v1';
    expect(resolveProvider('hosted_vllm', { baseUrl }).authHeaders).toEqual({});
    expect(resolveProvider('hosted_vllm', { baseUrl, apiKey: 'k' }).authHeaders).toEqual({ authorization: 'Bearer k' });
    expect(() => resolveProvider('hosted_vllm', { baseUrl, auth: 'bearer' })).toThrow('apiKey: is missing');
  });
});

describe('a mistake in the configuration', () => {
  it.each<[string, ProviderConfig, string]>([
    ['antropic', { apiKey: 'k' }, 'providers.antropic: is no known provider; did you mean anthropic?'],
    ['zzzzzz', { apiKey: 'k' }, 'providers.zzzzzz: is no known provider. A row of its own needs format and baseUrl.'],
    ['__proto__', { apiKey: 'k' }, 'providers.__proto__: is no known provider.'],
    ['constructor', { apiKey: 'k' }, 'providers.constructor: is no known provider.'],
    ['x', { extends: 'opnai', apiKey: 'k' }, 'providers.x.extends: names no known provider; did you mean openai?'],
    ['openai', {}, 'providers.openai.apiKey: is missing; give it, or set OPENAI_API_KEY and use fromEnvironment.'],
    ['gemini', {}, 'set GEMINI_API_KEY or GOOGLE_API_KEY and use fromEnvironment'],
    ['a/b', { apiKey: 'k' }, 'providers.a/b: has an id that is empty or holds a slash'],
    ['', { apiKey: 'k' }, 'has an id that is empty'],
    [
      'openai',
      { apiKey: 'k', settings: { region: 'eu' } },
      'providers.openai.settings.region: is no setting of this provider, which takes none.',
    ],
    [
      'azure',
      { apiKey: 'k', settings: { resuorce: 'x' } },
      'settings.resuorce: is no setting of this provider, which takes resource.',
    ],
    [
      'openai',
      { apiKey: 'k', headers: { host: 'evil.dev' } },
      'providers.openai.headers.host: belongs to the connection',
    ],
    ['openai', { apiKey: 'k', headers: { 'x y': 'z' } }, 'providers.openai.headers.x y: is no header name'],
    ['openai', { apiKey: 'k', headers: { 'x-y': 'a\nb' } }, 'providers.openai.headers.x-y: holds a line break'],
    ['openai', { apiKey: 'k', headers: { Authorization: 'Bearer q' } }, 'carries the key; give that as apiKey'],
    ['openai', { apiKey: 'k', auth: { header: 'x key' } }, 'providers.openai.auth.header: is no header name'],
    ['openai', { apiKey: 'k', baseUrl: 'http://acme.dev/v1' }, 'providers.openai.baseUrl: is plain http'],
  ])('of %s with %j names its place and the way out', (id, config, message) => {
    expect(() => resolveProvider(id, config)).toThrow(message);
  });

  it('is a ConfigError that never holds the key', () => {
    try {
      resolveProvider('openai', { apiKey: 'sk-secret\n' });
      expect.unreachable();
    } catch (error) {
      expect(isGatewayError(error) && error.code).toBe('config_invalid');
      expect(`${error} ${JSON.stringify(error)}`).not.toContain('sk-secret');
    }
  });

  it('is told at the path of the deployment that has it', () => {
    expect(() => resolveProvider('openai', { apiKey: '' }, 'models.fast.deployments.0')).toThrow(
      'models.fast.deployments.0.apiKey: is empty',
    );
  });
});

describe('credentials in place of a key', () => {
  const credentials = { headers: () => ({}) };
  const row = { format: 'openai-chat', baseUrl: 'https://llm.acme.dev/v1', auth: 'credentials' } as const;

  it('are kept with the provider, which then sends no fixed key', () => {
    const provider = resolveProvider('acme', row, undefined, credentials);
    expect(provider.credentials).toBe(credentials);
    expect(provider.authHeaders).toEqual({});
  });

  it('serve a provider that else takes a key', () => {
    const provider = resolveProvider('azure', { settings: { resource: 'acme' } }, undefined, credentials);
    expect(provider.credentials).toBe(credentials);
  });

  it('are asked for where there is no other way, with the line to write', () => {
    expect(() => resolveProvider('acme', row)).toThrow(
      'providers.acme: takes no fixed key; write credentials: { "acme": …',
    );
    expect(() => resolveProvider('acme', { ...row, apiKey: 'k' })).toThrow('takes no fixed key');
  });

  it('and a key are one too many', () => {
    const config = { ...row, auth: 'bearer', apiKey: 'sk-secret' } as const;
    expect(() => resolveProvider('acme', config, undefined, credentials)).toThrow(
      'providers.acme.apiKey: is given besides credentials["acme"]',
    );
  });
});

describe('a provider that serves another format as well', () => {
  const config = { apiKey: 'k', settings: { resource: 'acme', apiVersion: '2026-01-01' } };

  it('is the same provider at the same address, with what the other format says', () => {
    const { also, origin, basePath, row } = resolveProvider('azure-deployments', config);
    const other = also.get('openai-responses');
    expect(other).toMatchObject({ origin, basePath, query: 'api-version=2026-01-01', authHeaders: { 'api-key': 'k' } });
    expect(other?.row).toMatchObject({
      format: 'openai-responses',
      paths: { chat: '/openai/responses' },
      serves: ['chat'],
    });
    expect(row.format).toBe('openai-chat');
  });

  it('leaves behind what has to do with the own format of its row', () => {
    const { row, also } = resolveProvider('xai', { apiKey: 'k', drop: ['logit_bias'], rename: { user: 'who' } });
    expect(row).toMatchObject({ repairs: ['developer-as-system'], drop: ['logit_bias'] });
    const { repairs, drop, rename } = also.get('openai-responses')?.row ?? {};
    expect([repairs, drop, rename]).toEqual([undefined, undefined, undefined]);
  });

  it('is not served in a format that says so without chats', () => {
    const also = { 'openai-responses': { serves: [] } };
    expect([...resolveProvider('openai', { apiKey: 'k', also }).also.keys()]).toEqual(['openai-completions']);
  });

  it('serves no format twice', () => {
    expect([...resolveProvider('xai', { apiKey: 'k', format: 'openai-responses' }).also]).toEqual([]);
  });
});
