import { describe, expect, it, vi } from 'vitest';
import { memoryStore } from '../store/memory.ts';
import { loadReload } from './load.ts';
import type { Declarative, GatewayConfig } from './types.ts';

const environment = { knownProvider: (id: string) => id === 'globex' };
const identify = () => ({ id: 'ann' });
const onPlan = () => undefined;
const fetchMedia = () => Promise.reject(new Error('not here'));
const store = memoryStore();
const random = () => 0.5;
const log = { warn: vi.fn(), error: vi.fn() };
const original: GatewayConfig = {
  access: { identify },
  hooks: { onPlan: [onPlan] },
  fetchMedia,
  store,
  platform: { random },
  log,
  providers: { acme: { format: 'openai-chat', baseUrl: 'https://llm.acme.test/v1', apiKey: 'correct-horse' } },
  models: { fast: 'acme/small' },
  strict: true,
  expose: 'all',
};
const reload = (declarative: unknown) => loadReload(original, declarative as Declarative, environment);

describe('a reloaded configuration', () => {
  it('keeps the code of the mount and nothing of its declarative part', () => {
    const settings = reload({ models: { slow: 'globex/big' } });
    expect(settings.access).toEqual({ identify });
    expect([settings.hooks.onPlan, settings.store, settings.platform]).toEqual([[onPlan], store, { random }]);
    expect(settings.fetchMedia).toBe(fetchMedia);
    settings.log.warn('careful');
    expect(log.warn).toHaveBeenCalledWith('careful');
    expect([...settings.models.keys()]).toEqual(['slow']);
    expect([settings.providers.size, settings.strict, settings.expose]).toEqual([0, false, 'auto']);
  });

  it.each([
    'access',
    'hooks',
    'fetchMedia',
    'credentials',
    'priceBook',
    'tokenizer',
    'strategies',
    'store',
    'journal',
    'platform',
    'log',
  ])('refuses %s, which belongs to the mount', (key) => {
    const refused = expect.objectContaining({
      code: 'config_invalid',
      param: key,
      message: `${key}: belongs to the mount and can't be reloaded`,
    }) as Error;
    expect(() => reload({ [key]: key === 'access' ? 'open' : {} })).toThrow(refused);
    expect(() => reload({ [key]: undefined })).not.toThrow();
  });

  it('is checked like the first one: unknown keys, what is no object, and names that refer to what is gone', () => {
    expect(() => reload({ modles: {} })).toThrow(/unknown key `modles`.*`models`/);
    for (const nothing of [undefined, null, [], 'x']) expect(() => reload(nothing)).toThrow(/write an object/);
    expect(() => reload({ models: { fast: 'acme/small' } })).toThrow(/unknown provider `acme`/);
    expect(() => reload({ strict: 'yes', hooks: {} })).toThrow(/2 mistakes/);
  });
});
