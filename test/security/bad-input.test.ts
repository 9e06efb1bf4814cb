import { gzipSync } from 'node:zlib';
import { type ErrorCode, isGatewayError } from '@postern/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readWhole } from '../kit/answers.ts';
import { CHATS } from '../kit/chat.ts';
import type { ChatFormat } from '../kit/formats.ts';
import { HOST_NAMES, HOSTS } from '../kit/hosts.ts';
import { FORMATS, type Stage, stage } from '../kit/stage.ts';

interface Bad {
  readonly what: string;
  readonly status: number;
  readonly code: ErrorCode;
  /** The field at fault, by format; where all call it the same: one name. */
  readonly param?: string | Partial<Record<ChatFormat, string>>;
  /** Formats in which the case makes no sense. */
  readonly not?: readonly ChatFormat[];
  readonly method?: string;
  readonly type?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: (body: Record<string, unknown>, client: ChatFormat) => unknown;
  readonly model?: string;
  /** Within one format the provider is the judge: the gateway looks at no more than its decisions rest on. */
  readonly judged?: true;
}

const CAP = 64 * 1024;
/** Model and stream stand in the path. */
const IN_PATH: readonly ChatFormat[] = ['gemini', 'bedrock-converse'];
const ofMessages: Record<ChatFormat, string> = {
  'openai-chat': 'messages',
  'anthropic-messages': 'messages',
  gemini: 'contents',
  cohere: 'messages',
  ollama: 'messages',
  'bedrock-converse': 'messages',
  'openai-responses': 'input',
};
const without = (name: string) => (body: Record<string, unknown>) =>
  Object.fromEntries(Object.entries(body).filter(([key]) => key !== name));
const withMessages = (value: unknown) => (body: Record<string, unknown>, client: ChatFormat) => ({
  ...body,
  [ofMessages[client]]: value,
});
const text = (body: unknown): string => JSON.stringify(body);
const beginningWith = (member: string) => (body: Record<string, unknown>) => text(body).replace('{', `{${member},`);

const BAD: readonly Bad[] = [
  { what: 'broken JSON', status: 400, code: 'invalid_json', body: (body) => text(body).slice(0, -1) },
  { what: 'text behind the JSON', status: 400, code: 'invalid_json', body: (body) => `${text(body)}x` },
  { what: 'nothing', status: 400, code: 'invalid_json', body: () => '' },
  {
    what: 'bytes that are no UTF-8',
    status: 400,
    code: 'invalid_json',
    body: (body) =>
      Buffer.concat([
        Buffer.from(text(body).slice(0, -1)),
        Buffer.from([0x2c, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d]),
      ]),
  },
  { what: 'a list', status: 400, code: 'invalid_request', body: () => '[]' },
  { what: 'a text', status: 400, code: 'invalid_request', body: () => '"hello"' },
  { what: 'null', status: 400, code: 'invalid_request', body: () => 'null' },
  { what: 'no model', status: 400, code: 'invalid_request', param: 'model', not: IN_PATH, body: without('model') },
  {
    what: 'a model that is a number',
    status: 400,
    code: 'invalid_request',
    param: 'model',
    not: IN_PATH,
    body: (body) => ({ ...body, model: 5 }),
  },
  {
    what: 'an empty model',
    status: 400,
    code: 'invalid_request',
    param: 'model',
    not: IN_PATH,
    body: (body) => ({ ...body, model: '' }),
  },
  {
    what: 'no messages',
    status: 400,
    code: 'invalid_request',
    param: ofMessages,
    body: (body, client) => without(ofMessages[client])(body),
  },
  {
    what: 'messages that are a text',
    status: 400,
    code: 'invalid_request',
    param: ofMessages,
    // Gemini's own SDKs take a text for a list of one; so does this gateway. The input of a response may be a text.
    not: ['gemini', 'openai-responses'],
    judged: true,
    body: withMessages('hello'),
  },
  {
    what: 'a stream that is a text',
    status: 400,
    code: 'invalid_request',
    param: 'stream',
    not: IN_PATH,
    body: (body) => ({ ...body, stream: 'yes' }),
  },
  { what: 'an unknown model', status: 404, code: 'model_not_found', param: 'model', model: 'nobody/nothing' },
  {
    what: 'an unknown model without a provider',
    status: 404,
    code: 'model_not_found',
    param: 'model',
    model: 'nothing',
  },
  {
    what: 'a body that is too large',
    status: 413,
    code: 'body_too_large',
    body: (body) => ({ ...body, padding: 'x'.repeat(CAP) }),
  },
  {
    what: 'a zipped body that is too large',
    status: 413,
    code: 'body_too_large',
    headers: { 'content-encoding': 'gzip' },
    body: (body) => gzipSync(text({ ...body, padding: 'x'.repeat(64 * CAP) })),
  },
  {
    what: 'a zipped body that is broken',
    status: 400,
    code: 'invalid_json',
    headers: { 'content-encoding': 'gzip' },
    body: (body) => text(body),
  },
  {
    what: 'an unknown content encoding',
    status: 415,
    code: 'unsupported_content_type',
    headers: { 'content-encoding': 'zstd' },
  },
  {
    what: 'a body that is too deep',
    status: 400,
    code: 'body_too_deep',
    body: (body, client) => text(body).replace('{', `{"${ofMessages[client]}x":${'['.repeat(100)}${']'.repeat(100)},`),
  },
  {
    what: 'a body of 20,000 open brackets',
    status: 400,
    code: 'body_too_deep',
    body: () => `{"a":${'['.repeat(20_000)}`,
  },
  {
    what: 'a model that stands twice',
    status: 400,
    code: 'duplicate_key',
    param: 'model',
    not: IN_PATH,
    body: beginningWith('"model":"oa/other"'),
  },
  {
    what: 'a model in an escaped spelling',
    status: 400,
    code: 'duplicate_key',
    param: 'model',
    not: IN_PATH,
    body: beginningWith('"m\\u006fdel":"oa/other"'),
  },
  {
    what: 'a model in other letters',
    status: 400,
    code: 'duplicate_key',
    param: 'model',
    not: IN_PATH,
    body: beginningWith('"Model":"oa/other"'),
  },
  {
    what: 'messages that stand twice',
    status: 400,
    code: 'duplicate_key',
    param: ofMessages,
    body: (body, client) => beginningWith(`"${ofMessages[client]}":[]`)(body),
  },
  { what: 'the wrong method', status: 405, code: 'method_not_allowed', method: 'GET' },
  { what: 'another wrong method', status: 405, code: 'method_not_allowed', method: 'DELETE' },
  {
    what: 'a form',
    status: 415,
    code: 'unsupported_content_type',
    type: 'application/x-www-form-urlencoded',
    body: () => 'model=x',
  },
  { what: 'plain text', status: 415, code: 'unsupported_content_type', type: 'text/plain' },
  { what: 'no identity', status: 401, code: 'unauthenticated', headers: { 'x-user': '' } },
  { what: 'a wrong identity', status: 401, code: 'unauthenticated', headers: { 'x-user': 'mallory' } },
  {
    what: 'a model that the caller may not use',
    status: 403,
    code: 'forbidden',
    param: 'model',
    headers: { 'x-user': 'bob' },
  },
];

describe.each(HOST_NAMES)('bad input, on %s', (host) => {
  let at: Stage;
  beforeAll(async () => {
    at = await stage(host, {
      config: {
        body: { maxBytes: CAP },
        access: {
          identify: (request) => {
            const id = request.header('x-user');
            if (id === 'mallory') throw new Error('no such user: mallory');
            return id === 'bob' ? { id, models: ['ge/*'] } : id === undefined || id === '' ? undefined : { id };
          },
        },
      },
    });
  });
  afterAll(() => at.close());

  describe.each(FORMATS)('from a client of %s', (client) => {
    it.each(BAD.filter(({ not }) => not?.includes(client) !== true))('$what is $status $code', async (bad) => {
      const before = at.sim.calls.length;
      const { response, answer } = await send(client, bad);
      expect(response.status).toBe(bad.status);
      const { error } = readWhole(client, answer);
      expect(error?.message).toBeTruthy();
      expect(error?.status ?? bad.status).toBe(bad.status);
      expect(answer).not.toMatch(/mallory|node_modules|\bat \w+ \(/);
      const told = at.ended.at(-1)?.error;
      const param = typeof bad.param === 'object' ? bad.param[client] : bad.param;
      const judged = bad.judged === true && at.sim.calls.length > before;
      expect([told?.code, told?.param?.split('.')[0]]).toEqual([judged ? 'upstream_rejected' : bad.code, param]);
      expect(at.sim.calls.length - before).toBe(judged ? 1 : 0);
      if (bad.status === 405) expect(response.headers.get('allow')).toBe('POST');
    });
  });

  async function send(client: ChatFormat, bad: Bad) {
    const { method = 'POST', type, headers = {}, body = (whole) => whole, model = 'oa/sim' } = bad;
    const call = CHATS[client]({ model });
    const sent = body({ ...call.body }, client);
    const bytes = typeof sent === 'string' || sent instanceof Uint8Array ? sent : text(sent);
    const response = await fetch(at.url + call.path, {
      method,
      headers: {
        'x-user': 'ada',
        ...call.headers,
        ...(type === undefined ? {} : { 'content-type': type }),
        ...headers,
      },
      ...(method === 'POST' ? { body: bytes as string } : {}),
    });
    return { response, answer: await response.text() };
  }
});

describe.each(HOST_NAMES)('a mistake of configuration stops the mount on %s', (host) => {
  it.each([
    ['no access', {}, 'access'],
    ['an access that is a function', { access: () => ({ id: 'x' }) }, 'access'],
    ['an unknown member', { access: 'open', modles: {} }, 'modles'],
    ['a provider that nobody knows', { access: 'open', models: { m: 'nobody/x' } }, 'models.m'],
    ['a provider without its key', { access: 'open', providers: { openai: {} } }, 'providers.openai.apiKey'],
    [
      'plain http to another machine',
      { access: 'open', providers: { a: { format: 'openai-chat', baseUrl: 'http://10.0.0.1/v1', auth: 'none' } } },
      'providers.a.baseUrl',
    ],
    [
      'a fallback that is no alias',
      {
        access: 'open',
        providers: { openai: { apiKey: 'k' } },
        models: { m: { deployments: ['openai/x'], fallbacks: ['n'] } },
      },
      'models.m.fallbacks.0',
    ],
  ])('%s', async (_, config, path) => {
    const error = await Promise.resolve()
      .then(() =>
        HOSTS[host]({ log: { warn() {}, error() {} }, ...config } as unknown as Parameters<
          (typeof HOSTS)['Express']
        >[0]),
      )
      .then(
        () => undefined,
        (thrown: unknown) => thrown,
      );
    expect(isGatewayError(error) && error.code).toBe('config_invalid');
    expect(String(error)).toContain(path);
    expect(String(error)).toMatch(/write|name|give|set|take|did you mean/);
  });
});
