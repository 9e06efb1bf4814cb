import { describe, expect, it } from 'vitest';
import { loadConfig } from '../config/load.ts';
import type { GatewayConfig } from '../config/types.ts';
import { RequestError } from '../kit/errors.ts';
import { routerOf } from './build.ts';

const routerFor = (config: Partial<GatewayConfig>) =>
  routerOf(
    loadConfig(
      { access: 'open', providers: { openai: { apiKey: 'k' } }, ...config },
      { knownProvider: (id) => id === 'openai' },
    ),
    0,
  );
const random = () => 0;

describe('a direct name', () => {
  it('is made into a deployment once', () => {
    const router = routerFor({});
    expect(router.plan('openai/gpt-5.4', random)[0]).toBe(router.plan('openai/gpt-5.4', random)[0]);
    expect(router.through('openai/gpt-5.4')[0]).toBe(router.plan('openai/gpt-5.4', random)[0]);
  });

  it('that the configuration lists is kept, however many others are asked for', () => {
    const router = routerFor({ allowDirect: ['openai/gpt-5.4', 'openai/*'] });
    const [listed, other] = [router.plan('openai/gpt-5.4', random)[0], router.plan('openai/other', random)[0]];
    for (let index = 0; index < 3000; index++) router.plan(`openai/model-${index}`, random);
    expect(router.plan('openai/gpt-5.4', random)[0]).toBe(listed);
    expect(router.plan('openai/other', random)[0]).not.toBe(other);
  });

  it('is planned all the same when it is too long to be kept', () => {
    const router = routerFor({});
    const name = `openai/${'x'.repeat(100_000)}`;
    expect(router.plan(name, random)[0]?.deployment.target.model).toBe(name.slice('openai/'.length));
    expect(router.plan(name, random)[0]).not.toBe(router.plan(name, random)[0]);
  });

  it('that nobody may ask for is unknown, also after a path led there', () => {
    const router = routerFor({ allowDirect: false, models: { fast: 'openai/gpt-5.4' } });
    expect(router.through('openai/gpt-5.4')).not.toEqual([]);
    expect(() => router.plan('openai/gpt-5.4', random)).toThrow(RequestError);
    expect(() => router.through('nobody/gpt-5.4')).toThrow(RequestError);
  });

  it('is there in the further formats of its provider, for the models that are served in them', () => {
    const router = routerFor({});
    const formatOf = (model: string, format: 'openai-responses' | 'openai-completions' | 'gemini') =>
      router.plan(`openai/${model}`, random, format)[0]?.deployment.target.row.format;
    expect(formatOf('gpt-5.4', 'openai-responses')).toBe('openai-responses');
    expect(formatOf('gpt-5.4', 'openai-completions')).toBe('openai-chat');
    expect(formatOf('davinci-002', 'openai-completions')).toBe('openai-completions');
    expect(formatOf('gpt-5.4', 'gemini')).toBe('openai-chat');
  });
});
