import { describe, expect, it } from 'vitest';
import { fromEnvironment } from './environment.ts';
import { resolveProvider } from './resolve.ts';

describe('providers from the environment', () => {
  it('are those whose key is set, with the key', () => {
    const environment = { OPENAI_API_KEY: 'sk-1', GROQ_API_KEY: 'gsk-2', ANTHROPIC_API_KEY: '', PATH: '/bin' };
    expect(fromEnvironment(undefined, environment)).toEqual({
      openai: { apiKey: 'sk-1' },
      'openai-responses': { apiKey: 'sk-1' },
      groq: { apiKey: 'gsk-2' },
    });
  });

  it('are only the named ones, and a named one without its key is absent', () => {
    const environment = { OPENAI_API_KEY: 'sk-1', GROQ_API_KEY: 'gsk-2' };
    expect(fromEnvironment(['openai', 'anthropic'], environment)).toEqual({ openai: { apiKey: 'sk-1' } });
    expect(fromEnvironment([], environment)).toEqual({});
  });

  it('take the first variable that is set', () => {
    expect(fromEnvironment(['gemini'], { GOOGLE_API_KEY: 'b', GEMINI_API_KEY: 'a' })).toEqual({
      gemini: { apiKey: 'a' },
    });
    expect(fromEnvironment(['gemini'], { GOOGLE_API_KEY: 'b', GEMINI_API_KEY: '' })).toEqual({
      gemini: { apiKey: 'b' },
    });
  });

  it.each(['opanai', '__proto__', 'toString'])('can not be named %s', (name) => {
    expect(() => fromEnvironment([name], {})).toThrow(`fromEnvironment: ${name} is no known provider`);
  });

  it('whose credentials are code are found by their name alone, with their settings', () => {
    const environment = { VERTEXAI_PROJECT: 'acme', VERTEXAI_LOCATION: 'europe-west1' };
    expect(fromEnvironment(undefined, environment)).toEqual({});
    const settings = { project: 'acme', location: 'europe-west1' };
    expect(fromEnvironment(['vertex_ai'], environment)).toEqual({ vertex_ai: { settings } });
  });

  it('take their settings along', () => {
    const environment = { CLOUDFLARE_API_TOKEN: 't', CLOUDFLARE_ACCOUNT_ID: 'acc' };
    expect(fromEnvironment(['cloudflare'], environment)).toEqual({
      cloudflare: { apiKey: 't', settings: { account: 'acc' } },
    });
  });

  it('without a setting are left out, but a named one stays so that the mount can say what it lacks', () => {
    const environment = { CLOUDFLARE_API_TOKEN: 't' };
    expect(fromEnvironment(undefined, environment)).toEqual({});
    const named = fromEnvironment(['cloudflare'], environment);
    expect(() => resolveProvider('cloudflare', named.cloudflare ?? {})).toThrow(
      'providers.cloudflare.settings.account: is missing',
    );
  });

  it('take the base URL of a server that one runs oneself, with or without a key', () => {
    const HOSTED_VLLM_API_BASE = 'http://localhost:8000/v1';
    expect(fromEnvironment(undefined, { HOSTED_VLLM_API_BASE })).toEqual({
      hosted_vllm: { baseUrl: HOSTED_VLLM_API_BASE },
    });
    expect(fromEnvironment(undefined, { HOSTED_VLLM_API_KEY: 'k' })).toEqual({});
    expect(fromEnvironment(['hosted_vllm'], { HOSTED_VLLM_API_BASE, HOSTED_VLLM_API_KEY: 'k' })).toEqual({
      hosted_vllm: { baseUrl: HOSTED_VLLM_API_BASE, apiKey: 'k' },
    });
  });

  it('all resolve as they come', () => {
    const everything = new Proxy({}, { get: () => 'value', has: () => true }) as Record<string, string>;
    const configs = fromEnvironment(
      undefined,
      new Proxy(everything, {
        get: (_, name) => (/_(API_BASE|ENDPOINT)$/.test(String(name)) ? 'https://acme.dev/v1' : 'value'),
      }),
    );
    expect(Object.keys(configs).length).toBeGreaterThan(90);
    for (const [id, config] of Object.entries(configs)) expect(resolveProvider(id, config).id).toBe(id);
  });
});
