import type { GatewayConfig } from '@postern/core';
import { describe, expect, it } from 'vitest';
import { CHATS } from '../kit/chat.ts';
import { type Asked, bench } from '../kit/in-process.ts';
import { FORMATS, PROVIDERS } from '../kit/stage.ts';

const fails = (): never => {
  throw new Error('session store: connection to 10.0.0.7 refused');
};

/** What a resolver can do wrong. None of it is a caller. */
const NOBODY: Readonly<Record<string, () => unknown>> = {
  'gives undefined': () => undefined,
  'gives null': () => null,
  'gives an empty object': () => ({}),
  'gives an empty id': () => ({ id: '' }),
  'gives an id that is a number': () => ({ id: 0 }),
  'gives an id that is undefined': () => ({ id: undefined }),
  'gives an id that is an object': () => ({ id: { toString: () => 'admin' } }),
  'gives a text': () => 'admin',
  'gives true': () => true,
  'gives a list': () => [{ id: 'admin' }],
  'gives a promise of nothing': async () => undefined,
  'gives an id of its prototype only': () => Object.create({ toString: () => 'admin' }),
  'throws an error': fails,
  'throws nothing': () => {
    throw undefined;
  },
  rejects: async () => fails(),
  'gives an object whose id throws': () => ({
    get id() {
      return fails();
    },
  }),
};

const MODEL = 'oa/sim';
const CALLS: Readonly<Record<string, Asked>> = {
  ...Object.fromEntries(
    FORMATS.flatMap((format) =>
      [false, true].map((stream) => [
        `a chat of ${format}${stream ? ', streamed' : ''}`,
        CHATS[format]({ model: MODEL, stream }),
      ]),
    ),
  ),
  embeddings: {
    path: '/v1/embeddings',
    headers: { 'content-type': 'application/json' },
    body: { model: MODEL, input: 'x' },
  },
  'a token count': {
    path: '/v1/messages/count_tokens',
    headers: { 'content-type': 'application/json' },
    body: { model: MODEL, messages: [] },
  },
  'another token count': {
    path: '/v1beta/models/oa%2Fsim:countTokens',
    headers: { 'content-type': 'application/json' },
    body: { contents: [] },
  },
  'the models of OpenAI': { path: '/v1/models', headers: {}, method: 'GET' },
  'the models of Anthropic': { path: '/v1/models', headers: { 'anthropic-version': '2023-06-01' }, method: 'GET' },
  'the models of Gemini': { path: '/v1beta/models', headers: {}, method: 'GET' },
  'one model': { path: '/v1/models/m', headers: {}, method: 'GET' },
};

const resolvedBy = (identify: () => unknown): Partial<GatewayConfig> =>
  ({ access: { identify }, models: { m: 'oa/sim' }, allowDirect: true }) as unknown as Partial<GatewayConfig>;

describe.each(Object.keys(NOBODY))('a resolver that %s', (what) => {
  it.each(Object.keys(CALLS))('lets nobody in to %s', async (name) => {
    const at = bench({ config: resolvedBy(NOBODY[what] ?? fails) });
    const call = CALLS[name];
    if (call === undefined) throw new Error(`no call: ${name}`);
    const { status, body } = await at.ask(call);
    expect(status).toBe(401);
    expect(body).not.toMatch(/session store|10\.0\.0\.7|connection/);
    expect(at.dialled).toEqual([]);
    expect(at.ended.map(({ caller, outcome }) => [caller, outcome])).toEqual([[undefined, 'fault']]);
  });
});

describe('a caller that may use some models only', () => {
  const only = (models: readonly string[]) => bench({ config: resolvedBy(() => ({ id: 'bob', models })) });

  it('is refused all others, in each format, and sees no others', async () => {
    const at = only(['ge/*']);
    for (const client of FORMATS) {
      expect((await at.ask(CHATS[client]({ model: 'oa/sim' }))).status).toBe(403);
      expect((await at.ask(CHATS[client]({ model: 'm' }))).status).toBe(403);
      expect((await at.ask(CHATS[client]({ model: 'ge/sim-text-2' }))).status).toBe(200);
    }
    expect(at.dialled.every(({ origin }) => origin === 'https://ge.test')).toBe(true);
    expect((await at.ask({ path: '/v1/models', headers: {}, method: 'GET' })).body).not.toContain('"m"');
    expect((await at.ask({ path: '/v1/models/m', headers: {}, method: 'GET' })).status).toBe(404);
  });

  it('with an empty list may use none', async () => {
    const at = only([]);
    for (const format of FORMATS)
      expect((await at.ask(CHATS[format]({ model: `${PROVIDERS[format]}/sim` }))).status).toBe(403);
    expect(at.dialled).toEqual([]);
  });
});

it('no header, query or body of a request is an identity by itself', async () => {
  const at = bench({ config: resolvedBy(() => undefined) });
  for (const [name, value] of Object.entries({
    'x-postern-context': 'e30.x',
    'x-user': 'admin',
    authorization: 'Bearer admin',
    'x-api-key': 'admin',
    cookie: 'id=admin',
    'x-forwarded-user': 'admin',
  })) {
    const call = CHATS['openai-chat']({ model: MODEL, more: { caller: { id: 'admin' }, id: 'admin' } });
    expect(
      (await at.ask({ ...call, path: `${call.path}?id=admin`, headers: { ...call.headers, [name]: value } })).status,
    ).toBe(401);
  }
  expect(at.dialled).toEqual([]);
});
