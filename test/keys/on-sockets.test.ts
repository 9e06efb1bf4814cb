import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type GatewayConfig, type KeyRecord, makeKey, memoryStore, type Store } from '@postern/core';
import { type GatewayHandler, llmGateway } from '@postern/express';
import express, { type Request } from 'express';
import OpenAI from 'openai';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import WebSocket from 'ws';

const randomId = (bytes: number): string => randomBytes(bytes).toString('hex');
const AUDIT = { at: 0, by: 'test', action: 'test' };
const soon = () => ({ now: Date.now(), deadline: Date.now() + 1000 });
const ANSWER = {
  id: 'c',
  object: 'chat.completion',
  created: 1,
  model: 'one',
  choices: [{ index: 0, message: { role: 'assistant', content: 'x' }, finish_reason: 'stop' }],
  usage: { prompt_tokens: 3, completion_tokens: 4, total_tokens: 7 },
};
const CHAT = JSON.stringify({ model: 'one', messages: [{ role: 'user', content: 'hello' }] });

/** All that reached the provider: request lines, headers and bodies. */
let arrived: string[];
let store: Store;
let closing: (() => unknown)[];
beforeEach(() => {
  arrived = [];
  store = memoryStore();
  closing = [];
});
afterEach(async () => {
  for (const close of closing.reverse()) await close();
});

async function put(kind: string, id: string, record: object): Promise<void> {
  await store.entities.put(kind, id, { createdAt: 0, ...record }, undefined, AUDIT, soon());
}

async function issued(record: Partial<KeyRecord> = {}): Promise<{ readonly id: string; readonly key: string }> {
  const { id, key, hash } = makeKey(randomId);
  await put('key', id, { hash, ...record });
  return { id, key };
}

async function listening(server: ReturnType<typeof createServer>): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => new Promise((resolve) => server.close(resolve)));
  closing.push(() => server.closeAllConnections());
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const piece of request) text += piece;
  return text;
}

/** An Express app with a gateway before a provider that writes down what it gets. */
async function app(
  config: Partial<GatewayConfig<Request>> = {},
  signIn?: (request: Request) => void,
): Promise<{ readonly url: string; readonly handler: GatewayHandler }> {
  const provider = createServer(async (request, response) => {
    arrived.push([request.method, request.url, JSON.stringify(request.rawHeaders), await textOf(request)].join(' '));
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(ANSWER));
  });
  provider.on('upgrade', (request, socket) => {
    arrived.push(JSON.stringify(request.rawHeaders));
    socket.end('HTTP/1.1 400 Bad Request\r\n\r\n');
  });
  const origin = await listening(provider);
  const handler = llmGateway({
    access: { keys: {} },
    store,
    providers: {
      up: {
        format: 'openai-chat',
        baseUrl: `http://${origin}/v1`,
        apiKey: 'operators-own',
        serves: ['chat', 'realtime'],
      },
    },
    models: { one: 'up/one' },
    passThrough: { up: { paths: ['/v1/files*', '/v1/chat/completions'], methods: ['GET', 'POST'] } },
    log: { warn() {}, error() {} },
    ...config,
  });
  const host = express();
  if (signIn !== undefined)
    host.use((request, _response, next) => {
      signIn(request);
      next();
    });
  host.use('/ai', handler);
  const server = createServer(host);
  server.on('upgrade', (request, socket, head) => {
    if (!handler.gateway.upgrade(request, socket, head, { prefix: '/ai' })) socket.destroy();
  });
  closing.push(() => handler.gateway.close());
  return { url: `http://${await listening(server)}/ai`, handler };
}

const post = (url: string, headers: Readonly<Record<string, string>>, body = CHAT) =>
  fetch(url, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body });
const codeOf = async (response: Response): Promise<unknown> =>
  ((await response.json()) as { readonly error?: { readonly code?: string } }).error?.code;

describe('a virtual key on the wire', () => {
  it('opens the gateway from each of the places where SDKs put it, and never reaches the provider', async () => {
    const { url } = await app({ access: { keys: { fromQuery: true } } });
    const { key } = await issued();
    const places: readonly [string, Record<string, string>][] = [
      ['', { authorization: `Bearer ${key}` }],
      ['', { authorization: `bearer ${key}` }],
      ['', { 'x-api-key': key }],
      ['', { 'api-key': key }],
      ['', { 'x-goog-api-key': key }],
      [`?key=${key}`, {}],
    ];
    for (const [query, headers] of places) {
      expect((await post(`${url}/v1/chat/completions${query}`, headers)).status).toBe(200);
      expect((await post(`${url}/up/v1/chat/completions${query}`, headers)).status).toBe(200);
      expect((await post(`${url}/up/v1/files${query}`, headers, '{"a":1}')).status).toBe(200);
      const listed = await fetch(`${url}/up/v1/files${query}`, { headers });
      expect(listed.status).toBe(200);
    }
    expect(arrived).toHaveLength(4 * places.length);
    expect(arrived.join('\n')).not.toMatch(/psk_/);
    expect(arrived.every((text) => text.includes('Bearer operators-own'))).toBe(true);
    expect(arrived.some((text) => text.includes('key='))).toBe(false);
  });

  it('in the query is nothing unless that is configured, and goes nowhere then either', async () => {
    const { url } = await app();
    const { key } = await issued();
    expect((await fetch(`${url}/up/v1/files?key=${key}`)).status).toBe(401);
    expect((await fetch(`${url}/up/v1/files?key=${key}&a=1`, { headers: { 'x-api-key': key } })).status).toBe(200);
    expect(arrived.join('\n')).toContain('/v1/files?a=1');
    expect(arrived.join('\n')).not.toMatch(/psk_/);
  });

  it('works for the clients of Bedrock as a bearer, where a signature is nobody', async () => {
    const { url } = await app();
    const { key } = await issued();
    const body = JSON.stringify({ messages: [{ role: 'user', content: [{ text: 'hello' }] }] });
    // https://docs.aws.amazon.com/bedrock/latest/userguide/api-keys-use.html
    expect((await post(`${url}/model/one/converse`, { authorization: `Bearer ${key}` }, body)).status).toBe(200);
    const authorization =
      'AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260101/us-east-1/bedrock/aws4_request, SignedHeaders=host, Signature=00';
    expect((await post(`${url}/model/one/converse`, { authorization }, body)).status).toBe(401);
    expect(arrived).toHaveLength(1);
  });

  it('is refused for good: the stock client asks once and tells the code', async () => {
    const { url } = await app();
    const { key } = await issued({ blocked: true });
    const client = new OpenAI({ apiKey: key, baseURL: `${url}/v1`, maxRetries: 2 });
    const asked = client.chat.completions.create({ model: 'one', messages: [{ role: 'user', content: 'hello' }] });
    await expect(asked).rejects.toMatchObject({ status: 401, code: 'key_blocked' });
  });

  it('opens a session as a subprotocol, as browsers send it, and not on', async () => {
    const { url } = await app();
    const { key } = await issued();
    const answered = (protocols: string[]) =>
      new Promise<number | undefined>((resolve) => {
        const socket = new WebSocket(`${url.replace('http', 'ws')}/v1/realtime?model=one`, protocols);
        socket.on('unexpected-response', (_request, response) => {
          resolve(response.statusCode);
          response.resume();
        });
        socket.on('error', () => undefined);
      });
    expect(await answered(['realtime'])).toBe(401);
    expect(arrived).toEqual([]);
    // The provider of this test takes no sessions: but it was asked.
    expect(await answered(['realtime', `openai-insecure-api-key.${key}`])).not.toBe(401);
    expect(arrived).toHaveLength(1);
    expect(arrived.join()).not.toMatch(/psk_/);
  });

  it('that the store does not know is refused while others work, and is known once it is told', async () => {
    const { url, handler } = await app();
    const made = makeKey(randomId);
    const headers = { authorization: `Bearer ${made.key}` };
    const refused = await post(`${url}/v1/chat/completions`, headers);
    expect([refused.status, await codeOf(refused), refused.headers.get('x-should-retry')]).toEqual([
      401,
      'key_unknown',
      'false',
    ]);
    await put('key', made.id, { hash: made.hash });
    handler.gateway.forget('key', made.id);
    expect((await post(`${url}/v1/chat/completions`, headers)).status).toBe(200);
  });
});

it('signed-in users of an Express app get a budget without any key', async () => {
  await put('template', 'standard', { of: 'user', defaults: { limits: [{ counts: 'requests', max: 2, per: 'day' }] } });
  const { url } = await app(
    {
      access: {
        identify: ({ host }) => (host as Request & { user?: { id: string } }).user,
        createFrom: { user: 'standard' },
      },
    },
    (request) => {
      const user = request.get('cookie')?.replace('session=', '');
      if (user !== undefined) Object.assign(request, { user: { id: user, user } });
    },
  );
  const as = (user: string) => post(`${url}/v1/chat/completions`, { cookie: `session=${user}` });
  const statuses = [];
  for (const user of ['ann', 'ann', 'ann', 'bob']) statuses.push((await as(user)).status);
  expect(statuses).toEqual([200, 200, 429, 200]);
  expect((await post(`${url}/v1/chat/completions`, {})).status).toBe(401);
});
