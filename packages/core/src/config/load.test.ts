import { describe, expect, it, vi } from 'vitest';
import { WIRE_FORMATS } from '../adapters/format.ts';
import { memoryStore } from '../store/memory.ts';
import { loadConfig } from './load.ts';
import type { GatewayConfig } from './types.ts';

const [format] = WIRE_FORMATS;
const acme = { format, baseUrl: 'https://llm.acme.test/v1', apiKey: 'sk-acme' };
const environment = { knownProvider: (id: string) => id === 'globex' };
const load = (config: GatewayConfig) => loadConfig(config, environment);

describe('a configuration', () => {
  it('of access alone has every default', () => {
    const settings = load({ access: 'open' });
    expect(settings).toMatchObject({
      access: 'open',
      allowDirect: true,
      timeouts: { firstToken: 60_000, firstTokenReasoning: 300_000, idle: 30_000, total: 600_000, clientIdle: 60_000 },
      body: { maxBytes: 33_554_432, maxDepth: 64 },
      answer: { maxBytes: 33_554_432, maxEventBytes: 16_777_216 },
      features: { remoteTools: false, remoteMedia: true },
      strict: false,
      expose: 'auto',
      maxAttempts: 6,
      hooks: { onRequest: [], onPlan: [], onReply: [], onEvent: [] },
      inspects: false,
      fetchMedia: undefined,
      store: undefined,
      platform: {},
    });
    expect([settings.providers.size, settings.models.size]).toEqual([0, 0]);
  });

  it('keeps what it says', () => {
    const settings = load({
      access: 'open',
      allowDirect: ['globex/*'],
      body: { maxBytes: 1000, maxDepth: 5 },
      answer: { maxBytes: 2000, maxEventBytes: 3000 },
      features: { remoteTools: true, remoteMedia: false },
      strict: true,
      expose: 'minimal',
      maxAttempts: 1,
    });
    expect(settings).toMatchObject({
      allowDirect: ['globex/*'],
      body: { maxBytes: 1000, maxDepth: 5 },
      answer: { maxBytes: 2000, maxEventBytes: 3000 },
      features: { remoteTools: true, remoteMedia: false },
      strict: true,
      expose: 'minimal',
      maxAttempts: 1,
    });
  });

  it('keeps a provider as it is written', () => {
    const settings = load({ access: 'open', providers: { acme } });
    expect([...settings.providers]).toEqual([['acme', acme]]);
  });

  it('makes deployments of a bare model name and of a list, with weight, order, retries and an id', () => {
    const { models } = load({
      access: 'open',
      providers: { acme },
      models: {
        fast: 'acme/org/small',
        smart: {
          deployments: [
            'acme/big',
            { model: 'globex/big', weight: 0.5, order: 1, apiKey: 'sk-2', baseUrl: 'https://x.test' },
          ],
          retries: 0,
          fallbacks: ['fast'],
        },
      },
    });
    expect(models.get('fast')).toMatchObject({
      name: 'fast',
      deployments: [{ id: 'fast#0', provider: 'acme', model: 'org/small', weight: 1, order: 0 }],
      retries: 2,
      fallbacks: {},
    });
    expect(models.get('smart')).toMatchObject({
      deployments: [
        { id: 'smart#0', provider: 'acme', model: 'big', weight: 1, order: 0 },
        {
          id: 'smart#1',
          provider: 'globex',
          model: 'big',
          weight: 0.5,
          order: 1,
          apiKey: 'sk-2',
          baseUrl: 'https://x.test',
        },
      ],
      retries: 0,
      fallbacks: { any: ['fast'] },
    });
  });

  it('refuses direct names once it has aliases, unless it allows them', () => {
    const models = { fast: 'globex/small' };
    expect(load({ access: 'open', models }).allowDirect).toBe(false);
    expect(load({ access: 'open', models, allowDirect: true }).allowDirect).toBe(true);
    expect(load({ access: 'open', models, allowDirect: ['*'] }).allowDirect).toEqual(['*']);
    expect(load({ access: 'open', models: {}, allowDirect: true }).allowDirect).toBe(true);
  });

  it('takes a time limit from the alias, else from the gateway, else the default', () => {
    const { models, timeouts } = load({
      access: 'open',
      timeouts: { idle: '10s', firstToken: '20s' },
      models: { fast: { deployments: ['globex/small'], timeouts: { idle: 1500, total: '1h' } } },
    });
    expect(timeouts).toEqual({
      firstToken: 20_000,
      firstTokenReasoning: 20_000,
      idle: 10_000,
      total: 600_000,
      clientIdle: 60_000,
    });
    expect(models.get('fast')?.timeouts).toEqual({ ...timeouts, idle: 1500, total: 3_600_000 });
  });

  it('counts a member that is undefined as absent', () => {
    const loose = {
      access: 'open',
      strict: undefined,
      timeouts: { idle: undefined },
      providers: { acme: { ...acme, headers: undefined } },
    };
    const settings = load(loose as unknown as GatewayConfig);
    expect(settings.strict).toBe(false);
    expect(settings.timeouts.idle).toBe(30_000);
    expect(settings.providers.get('acme')).toStrictEqual(acme);
  });

  it('may have aliases named like members of objects', () => {
    const { models } = load({
      access: 'open',
      models: { constructor: 'globex/a', toString: { deployments: ['globex/b'], fallbacks: ['constructor'] } },
    });
    expect([...models.keys()]).toEqual(['constructor', 'toString']);
    expect(() =>
      load({ access: 'open', models: { fast: { deployments: ['globex/a'], fallbacks: ['constructor'] } } }),
    ).toThrow('unknown alias `constructor`');
  });

  it('may name an alias like the direct name that it stands for, or like one that nobody may use', () => {
    expect(load({ access: 'open', models: { 'globex/a': 'globex/a' }, allowDirect: true }).models.size).toBe(1);
    expect(load({ access: 'open', models: { 'globex/a': 'globex/b' } }).models.size).toBe(1);
  });

  it('does not change with the object it was read from', () => {
    const config = {
      access: 'open' as const,
      models: { fast: { deployments: ['globex/small'], fallbacks: [] as string[] } },
    };
    const settings = load(config);
    config.models.fast.deployments.push('globex/big');
    config.models.fast.fallbacks.push('slow');
    expect(settings.models.get('fast')).toMatchObject({ deployments: [{ model: 'small' }] });
    expect(settings.models.get('fast')?.deployments).toHaveLength(1);
    expect(settings.models.get('fast')?.fallbacks).toEqual({});
  });

  it('keeps its code: access, hooks, store, platform and log', async () => {
    const identify = vi.fn(() => ({ id: 'ann' }));
    const onEvent = () => undefined;
    const store = memoryStore();
    const random = () => 0.5;
    const log = { warn: vi.fn(), error: vi.fn() };
    const settings = load({ access: { identify }, hooks: { onEvent: [onEvent] }, store, platform: { random }, log });
    expect(settings.access).toMatchObject({ identify });
    expect(settings.hooks).toEqual({ onRequest: [], onPlan: [], onReply: [], onEvent: [onEvent] });
    expect([settings.store, settings.platform.random]).toEqual([store, random]);
    settings.log.error('lost', { by: 'test' });
    expect(log.error).toHaveBeenCalledWith('lost', { by: 'test' });
  });

  it('logs none of its keys, whatever they look like', () => {
    const log = { warn: vi.fn(), error: vi.fn() };
    const settings = load({
      access: 'open',
      log,
      providers: { acme: { ...acme, apiKey: 'correct-horse' } },
      models: { fast: { deployments: [{ model: 'acme/a', apiKey: 'battery staple' }] } },
    });
    settings.log.warn('not correct-horse', { cause: 'nor battery staple' });
    expect(log.warn).toHaveBeenCalledWith('not [redacted]', { cause: 'nor [redacted]' });
  });

  it('logs to the console when it names no log', () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
    const error = vi.spyOn(console, 'error').mockImplementation(() => {});
    const { log } = load({ access: 'open' });
    log.warn('careful', { alias: 'fast' });
    log.error('broken');
    expect([warn.mock.calls, error.mock.calls]).toEqual([
      [['postern: careful', { alias: 'fast' }]],
      [['postern: broken']],
    ]);
    vi.restoreAllMocks();
  });

  it('knows whether hooks look into content', () => {
    const hook = () => undefined;
    const inspects = (hooks: NonNullable<GatewayConfig['hooks']>) => load({ access: 'open', hooks }).inspects;
    expect(inspects({ onPlan: [hook] })).toBe(false);
    expect([inspects({ onRequest: [hook] }), inspects({ onReply: [hook] }), inspects({ onEvent: [hook] })]).toEqual([
      true,
      true,
      true,
    ]);
  });
});
