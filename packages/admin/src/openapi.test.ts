import { memoryStore } from '@postern/core';
import { Validator } from '@seriousme/openapi-schema-validator';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { beforeAll, describe, expect, it } from 'vitest';
import { adminRouter } from './index.ts';

// biome-ignore lint/suspicious/noExplicitAny: a document, looked at by tests
type Json = Record<string, any>;
let document: Json;

beforeAll(async () => {
  const admin = adminRouter(memoryStore(), { authorize: () => ({ actor: 'a', role: 'viewer' }) });
  document = (await (await admin.fetch(new Request('http://x/openapi.json'))).json()) as Json;
});

const operations = (): [string, string, Json][] =>
  Object.entries(document['paths']).flatMap(([path, item]) =>
    Object.entries(item as Json).map(([method, operation]): [string, string, Json] => [
      path,
      method,
      operation as Json,
    ]),
  );

describe('the OpenAPI document', () => {
  it('is one of version 3.1', async () => {
    const validator = new Validator();
    expect(await validator.validate(structuredClone(document))).toEqual({ valid: true });
    expect(validator.version).toBe('3.1');
  });

  it('names each operation once, and each parameter of its path', () => {
    const ids = operations().map(([, , operation]) => operation['operationId']);
    expect(ids.length).toBeGreaterThan(40);
    expect(new Set(ids).size).toBe(ids.length);
    for (const [path, , operation] of operations()) {
      const named = operation['parameters']
        .filter((one: Json) => one['in'] === 'path')
        .map((one: Json) => `{${one['name']}}`);
      expect(named).toEqual(path.match(/\{[a-z]+\}/g) ?? []);
    }
  });

  it('says what is refused: its schemas tell good keys from bad ones', () => {
    const schema = document['paths']['/keys'].post.requestBody.content['application/json'].schema;
    const isKey = new Ajv2020({ strict: false }).compile(schema);
    expect(
      isKey({ name: 'CI', limits: [{ counts: 'usd', max: '0.5', per: { rolling: '24h' } }], metadata: { a: [1] } }),
    ).toBe(true);
    for (const bad of [
      { name: 1 },
      { hash: 'x' },
      { limits: [{ counts: 'gold', max: 1 }] },
      { limits: [{ counts: 'usd', max: -1 }] },
      { user: 'a b' },
    ])
      expect(isKey(bad)).toBe(false);
  });

  it('asks for If-Match wherever something that exists is changed', () => {
    for (const [path, method, operation] of operations()) {
      const asks = operation['parameters'].some((one: Json) => one['name'] === 'If-Match');
      expect([path, method, asks]).toEqual([path, method, path.includes('{') && method !== 'get']);
    }
  });
});
