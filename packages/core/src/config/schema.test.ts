import { Ajv } from 'ajv';
import { afterEach, describe, expect, it, vi } from 'vitest';
import * as z from 'zod';
import { WIRE_FORMATS } from '../adapters/format.ts';
import { declarativeSchema } from './schema.ts';

afterEach(() => {
  vi.unstubAllGlobals();
  vi.resetModules();
});

const sample = {
  access: 'open',
  providers: {
    acme: {
      format: WIRE_FORMATS[0],
      baseUrl: 'https://llm.acme.test/v1',
      auth: { header: 'x-key', prefix: 'Key ' },
      apiKey: 'sk-1',
      serves: ['chat'],
      paths: { chat: '/c' },
    },
  },
  models: {
    fast: 'acme/small',
    smart: {
      deployments: ['acme/a', { model: 'acme/b', weight: 2 }],
      retries: 0,
      timeouts: { idle: '30s', total: 1000 },
      fallbacks: ['fast'],
    },
  },
  allowDirect: ['acme/*'],
};

describe('the schema', () => {
  it('takes what it gives', () => {
    expect(declarativeSchema().parse(sample)).toEqual(sample);
  });

  it('compiles nothing with `new Function`, and leaves the setting of the host as it was', async () => {
    vi.resetModules();
    const before = z.config().jitless;
    const compile = vi.fn(function compile() {
      throw new EvalError('forbidden by the content-security policy');
    });
    vi.stubGlobal('Function', compile);
    const fresh = await import('./schema.ts');
    expect(fresh.declarativeSchema().safeParse({ access: 'open', strict: 1 }).success).toBe(false);
    expect(compile).not.toHaveBeenCalled();
    expect(z.config().jitless).toBe(before);
  });
});

describe('the JSON Schema', () => {
  const validate = new Ajv({ strict: true, allowUnionTypes: true }).compile(
    z.toJSONSchema(declarativeSchema(), { target: 'draft-7' }),
  );

  it('takes a configuration that is right', () => {
    expect(validate(sample)).toBe(true);
  });

  it.each([
    ['an unknown key', { ...sample, retry: 1 }],
    ['an unknown key in an alias', { models: { fast: { deployments: ['a/b'], retrys: 1 } } }],
    ['no deployments', { models: { fast: { deployments: [] } } }],
    ['a weight of 0', { models: { fast: { deployments: [{ model: 'a/b', weight: 0 }] } } }],
    ['a time without unit', { timeouts: { idle: '30' } }],
    ['a key with a line break', { providers: { acme: { apiKey: 'sk-1\n' } } }],
  ])('refuses %s', (_, config) => {
    expect(validate(config)).toBe(false);
  });

  it('explains every member', () => {
    const bare: string[] = [];
    const look = (schema: unknown, path: string): void => {
      if (typeof schema !== 'object' || schema === null) return;
      const { properties, ...rest } = schema as { properties?: Record<string, { description?: string }> };
      for (const [name, member] of Object.entries(properties ?? {}))
        if (member.description === undefined) bare.push(`${path}.${name}`);
      for (const [name, part] of Object.entries({ ...rest, ...properties })) look(part, `${path}.${name}`);
    };
    look(z.toJSONSchema(declarativeSchema(), { target: 'draft-7' }), '');
    expect(bare.filter((path) => !/\.(paths|auth)\./.test(path))).toEqual([]);
  });
});
