import { describe, expect, it } from 'vitest';
import { loadConfig } from '../config/load.ts';
import type { GatewayConfig } from '../config/types.ts';
import { RequestError } from '../kit/errors.ts';
import { routerOf } from './build.ts';
import { Fleet } from './fleet.ts';
import type { Question } from './question.ts';

const routerFor = (config: Partial<GatewayConfig>) =>
  routerOf(
    loadConfig(
      { access: 'open', providers: { openai: { apiKey: 'k' } }, ...config },
      { knownProvider: (id) => id === 'openai' },
    ),
    0,
    new Fleet(),
  );
const ask = (model: string): Question => ({
  model,
  caller: '',
  tags: [],
  stream: false,
  input: 0,
  output: 0,
  now: 0,
  seed: 1,
});

describe('a direct name', () => {
  it('is made into a deployment once', () => {
    const router = routerFor({});
    expect(router.plan(ask('openai/gpt-5.4'))[0]).toBe(router.plan(ask('openai/gpt-5.4'))[0]);
    expect(router.through('openai/gpt-5.4')[0]).toBe(router.plan(ask('openai/gpt-5.4'))[0]);
  });

  it('that the configuration lists is kept, however many others are asked for', () => {
    const router = routerFor({ allowDirect: ['openai/gpt-5.4', 'openai/*'] });
    const [listed, other] = [router.plan(ask('openai/gpt-5.4'))[0], router.plan(ask('openai/other'))[0]];
    for (let index = 0; index < 3000; index++) router.plan(ask(`openai/model-${index}`));
    expect(router.plan(ask('openai/gpt-5.4'))[0]).toBe(listed);
    expect(router.plan(ask('openai/other'))[0]).not.toBe(other);
  });

  it('is planned all the same when it is too long to be kept', () => {
    const router = routerFor({});
    const name = `openai/${'x'.repeat(100_000)}`;
    expect(router.plan(ask(name))[0]?.deployment.target.model).toBe(name.slice('openai/'.length));
    expect(router.plan(ask(name))[0]).not.toBe(router.plan(ask(name))[0]);
  });

  it('that nobody may ask for is unknown, also after a path led there', () => {
    const router = routerFor({ allowDirect: false, models: { fast: 'openai/gpt-5.4' } });
    expect(router.through('openai/gpt-5.4')).not.toEqual([]);
    expect(() => router.plan(ask('openai/gpt-5.4'))).toThrow(RequestError);
    expect(() => router.through('nobody/gpt-5.4')).toThrow(RequestError);
  });

  it('is there in the further formats of its provider, for the models that are served in them', () => {
    const router = routerFor({});
    const formatOf = (model: string, format: 'openai-responses' | 'openai-completions' | 'gemini') =>
      router.plan(ask(`openai/${model}`), format)[0]?.deployment.target.row.format;
    expect(formatOf('gpt-5.4', 'openai-responses')).toBe('openai-responses');
    expect(formatOf('gpt-5.4', 'openai-completions')).toBe('openai-chat');
    expect(formatOf('davinci-002', 'openai-completions')).toBe('openai-completions');
    expect(formatOf('gpt-5.4', 'gemini')).toBe('openai-chat');
  });
});

describe('what sticky goes by', () => {
  const homes = (deployments: readonly string[]) => {
    const router = routerFor({ models: { m: { deployments, strategy: 'sticky' } } });
    return Array.from(
      { length: 200 },
      (_, key) => router.plan({ ...ask('m'), session: key * 7919 })[0]?.deployment.name,
    );
  };

  it('is the deployment and not its place in the list: others can come and go', () => {
    const [before, after] = [homes(['openai/a', 'openai/b', 'openai/c']), homes(['openai/c', 'openai/b'])];
    expect(new Set(before).size).toBe(3);
    before.forEach((home, key) => {
      if (home !== 'openai/a') expect(after[key]).toBe(home);
    });
  });

  it('is asked for only where an alias, or one behind it, goes by it', () => {
    const router = routerFor({
      models: {
        plain: 'openai/a',
        kept: { deployments: ['openai/a'], strategy: { name: 'sticky', by: 'prompt' } },
        behind: { deployments: ['openai/a'], fallbacks: ['kept'] },
      },
    });
    expect(router.asks('plain', undefined)).toMatchObject({ session: false, prompt: false });
    expect(router.asks('kept', undefined)).toMatchObject({ session: false, prompt: true });
    expect(router.asks('behind', undefined)).toMatchObject({ session: false, prompt: true });
  });
});
