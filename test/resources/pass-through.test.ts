import { once } from 'node:events';
import { createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import type { Caller, Code, Declarative, GatewayEvents } from '@postern/core';
import { afterEach, describe, expect, it } from 'vitest';
import { eventually } from '../kit/eventually.ts';
import { HOST_NAMES, HOSTS, type HostName } from '../kit/hosts.ts';
import { OPERATORS_KEY } from '../kit/stage.ts';

type Serve = (request: IncomingMessage, response: ServerResponse) => void;

const cleanups: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

const CALLERS: Readonly<Record<string, Caller>> = { ann: { id: 'ann' }, few: { id: 'few', models: ['oa/gpt-5.6'] } };
const PATHS = ['/v1/*', '/upload/v1/*'];

/** A gateway in a host in front of a server that answers as the test says. */
async function staged(name: HostName, serve: Serve, rule: object = {}, more: Partial<Declarative> = {}) {
  const upstream = createServer(serve);
  await new Promise<void>((resolve) => upstream.listen(0, '127.0.0.1', resolve));
  const { port } = upstream.address() as AddressInfo;
  const { access: _, ...config } = more;
  const identify: NonNullable<Code['access']>['identify'] = (request) => CALLERS[request.header('x-user') ?? 'ann'];
  const host = await HOSTS[name]({
    access: { identify },
    log: { warn: () => {}, error: () => {} },
    providers: { oa: { extends: 'openai', baseUrl: `http://127.0.0.1:${port}/v1`, apiKey: OPERATORS_KEY } },
    passThrough: { oa: { paths: PATHS, methods: ['GET', 'POST', 'DELETE'], ...rule } },
    ...config,
  });
  const ended: GatewayEvents['request-end'][] = [];
  host.gateway.events.on('request-end', (event) => ended.push(event));
  cleanups.push(async () => {
    await host.close();
    upstream.closeAllConnections();
    await new Promise((resolve) => upstream.close(resolve));
  });
  return { host, ended, url: host.url };
}

/** Answers with what it was asked, as JSON. */
const echo: Serve = async (request, response) => {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece);
  const { method, url, headers } = request;
  response.writeHead(201, { 'content-type': 'application/json', 'x-limit': '7', 'set-cookie': 'a=1', 'x-other': '1' });
  response.end(JSON.stringify({ method, url, headers, body: Buffer.concat(pieces).toString() }));
};

interface Echoed {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const echoed = async (answer: Response): Promise<Echoed> => (await answer.json()) as Echoed;

const MIB = 1024 * 1024;

describe.each(HOST_NAMES)('a path that is passed on, in %s', (name) => {
  it('reaches the provider’s host with the operator’s key, the headers that may pass, and nothing else of the client', async () => {
    const rule = { requestHeaders: ['X-Beta'], answerHeaders: ['x-limit'] };
    const { url, ended } = await staged(name, echo, rule);
    const headers = {
      authorization: 'Bearer own',
      'x-api-key': 'own',
      cookie: 'a=1',
      'x-beta': 'two',
      'x-gamma': 'no',
      'content-type': 'text/plain',
    };
    const answer = await fetch(`${url}/oa/upload/v1/ocr?page=2&key=own`, { method: 'POST', headers, body: 'hello' });
    const seen = await echoed(answer);
    expect([seen.method, seen.url, seen.body]).toEqual(['POST', '/upload/v1/ocr?page=2', 'hello']);
    expect(seen.headers).toMatchObject({
      authorization: `Bearer ${OPERATORS_KEY}`,
      'x-beta': 'two',
      'content-type': 'text/plain',
    });
    expect(JSON.stringify(seen.headers)).not.toMatch(/own|a=1|gamma/);
    expect([answer.status, answer.headers.get('x-limit')]).toEqual([201, '7']);
    expect([answer.headers.get('set-cookie'), answer.headers.get('x-other')]).toEqual([null, null]);
    expect(ended.map(({ operation, outcome, status, caller }) => [operation, outcome, status, caller])).toEqual([
      ['relay', 'ok', 201, 'ann'],
    ]);
    expect(ended[0]?.attempts[0]).toMatchObject({ provider: 'oa', outcome: 'ok' });
  });

  it('is sent on while it arrives, and answered while it is made, byte for byte', async () => {
    const serve: Serve = (request, response) => {
      response.writeHead(200, { 'content-type': 'application/octet-stream' });
      request.on('data', (piece: Buffer) => response.write(piece));
      request.on('end', () => response.end());
    };
    const { url } = await staged(name, serve);
    const client = httpRequest(`${url}/oa/v1/echo`, { method: 'POST', headers: { 'content-type': 'audio/wav' } });
    client.write('first');
    const [answer] = (await once(client, 'response')) as [IncomingMessage];
    const pieces: Buffer[] = [];
    const [first] = (await once(answer, 'data')) as [Buffer];
    expect(first.toString()).toBe('first');
    answer.on('data', (piece: Buffer) => pieces.push(piece));
    client.write(Buffer.from([0, 255, 128]));
    client.end();
    await once(answer, 'end');
    expect([...Buffer.concat(pieces)]).toEqual([0, 255, 128]);
  });

  it('is held back while the provider does not read', async () => {
    let [sent, received, ahead] = [0, 0, 0];
    const serve: Serve = async (request, response) => {
      for await (const piece of request) {
        received += piece.length;
        ahead = Math.max(ahead, sent - received);
        await new Promise((resolve) => setImmediate(resolve));
      }
      response.end(String(received));
    };
    const { url } = await staged(name, serve);
    const client = httpRequest(`${url}/oa/v1/big`, { method: 'POST', headers: { 'content-length': String(64 * MIB) } });
    const answered = once(client, 'response');
    const pieces = function* () {
      for (let count = 0; count < 64; count++) {
        sent += MIB;
        yield Buffer.alloc(MIB);
      }
    };
    Readable.from(pieces()).pipe(client);
    const [answer] = (await answered) as [IncomingMessage];
    answer.resume();
    // Sockets hold some of it; the gateway's memory does not.
    expect([answer.statusCode, received, ahead < 32 * MIB]).toEqual([200, 64 * MIB, true]);
  });

  it('ends upstream when the client leaves', async () => {
    const closed: string[] = [];
    const serve: Serve = (request, response) => {
      request.resume();
      response.on('close', () => closed.push('upstream'));
      response.writeHead(200, { 'content-type': 'text/plain' });
      response.write('begun');
    };
    const { url, ended } = await staged(name, serve);
    const leaving = new AbortController();
    const answer = await fetch(`${url}/oa/v1/slow`, { signal: leaving.signal });
    await answer.body?.getReader().read();
    leaving.abort();
    await eventually(() => closed.length > 0);
    await eventually(() => ended.length > 0);
    expect(ended.map(({ outcome }) => outcome)).toEqual(['cancelled']);
  });

  it('is refused beyond its cap, also when no length was declared, and the provider gets no whole body', async () => {
    const whole: string[] = [];
    const serve: Serve = (request, response) => {
      request.on('error', () => {});
      request.on('end', () => {
        whole.push('whole');
        response.end();
      });
      request.resume();
    };
    const { url } = await staged(name, serve, { maxBytes: 1000 });
    const declared = await fetch(`${url}/oa/v1/x`, { method: 'POST', body: 'x'.repeat(1001) });
    expect(declared.status).toBe(413);
    const client = httpRequest(`${url}/oa/v1/x`, { method: 'POST', headers: { 'content-type': 'text/plain' } });
    client.on('error', () => {});
    client.write('x'.repeat(600));
    client.write('x'.repeat(600));
    client.end();
    const [answer] = (await once(client, 'response')) as [IncomingMessage];
    answer.resume();
    expect([answer.statusCode, whole]).toEqual([413, []]);
  });
});

const NAME = 'Express';

describe('a path that is passed on', () => {
  it.each([
    ['another path', 'GET', '/oa/v2/files', 404],
    ['another provider', 'GET', '/an/v1/files', 404],
    ['another method', 'PUT', '/oa/v1/files', 405],
    ['a dot segment, encoded', 'GET', '/oa/v1/%2e%2e/admin', 400],
    ['a dot segment, encoded twice', 'GET', '/oa/v1/a/%252e%252e/admin', 400],
    ['an encoded slash before one', 'GET', '/oa/v1/a%2f..%2fadmin', 400],
    ['a control character', 'GET', '/oa/v1/a%0d%0ax', 400],
  ])('is not %s', async (_, method, path, status) => {
    const calls: string[] = [];
    const { url } = await staged(NAME, (request, response) => {
      calls.push(request.url ?? '');
      response.end();
    });
    // Not by fetch, which tidies paths.
    const { origin, pathname } = new URL(url);
    const client = httpRequest(origin, { method, path: pathname + path });
    client.end();
    const [answer] = (await once(client, 'response')) as [IncomingMessage];
    answer.resume();
    expect([answer.statusCode, calls]).toEqual([status, []]);
  });

  it('is not followed elsewhere', async () => {
    const { url } = await staged(NAME, (_request, response) => {
      response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end();
    });
    expect((await fetch(`${url}/oa/v1/files`, { redirect: 'manual' })).status).toBe(502);
  });

  it('is sent once when it makes something, and again when it only reads', async () => {
    const calls: (string | undefined)[] = [];
    const { url } = await staged(NAME, (request, response) => {
      calls.push(request.method);
      request.resume();
      request.on('end', () => response.writeHead(calls.length === 2 ? 200 : 500).end());
    });
    expect((await fetch(`${url}/oa/v1/files`)).status).toBe(200);
    expect((await fetch(`${url}/oa/v1/files`, { method: 'POST', body: 'x' })).status).toBe(500);
    expect(calls).toEqual(['GET', 'GET', 'POST']);
  });

  it('brings pages that can not run on the host’s own origin', async () => {
    const { url } = await staged(NAME, (_request, response) => {
      response.writeHead(200, { 'content-type': 'text/html' }).end('<script>1</script>');
    });
    const { headers } = await fetch(`${url}/oa/v1/page`);
    expect([headers.get('x-content-type-options'), headers.get('content-security-policy')]).toEqual([
      'nosniff',
      "default-src 'none'; sandbox",
    ]);
  });

  it('breaks the client’s connection where the provider’s breaks', async () => {
    const { url, ended } = await staged(NAME, (_request, response) => {
      response.writeHead(200, { 'content-length': '10' });
      response.write('half', () => response.destroy());
    });
    await expect(fetch(`${url}/oa/v1/file`).then((answer) => answer.text())).rejects.toThrow();
    await eventually(() => ended.length > 0);
    expect(ended[0]?.outcome).toBe('fault');
  });

  it('is closed to callers with a list of models, but for reading, unless the configuration permits it', async () => {
    const headers = { 'x-user': 'few' };
    const closed = await staged(NAME, echo);
    expect((await fetch(`${closed.url}/oa/v1/ocr`, { method: 'POST', headers, body: '{}' })).status).toBe(403);
    expect((await fetch(`${closed.url}/oa/v1/ocr`, { headers })).status).toBe(201);
    const open = await staged(NAME, echo, { unseenModels: true });
    expect((await fetch(`${open.url}/oa/v1/ocr`, { method: 'POST', headers, body: '{}' })).status).toBe(201);
  });
});

describe('an operation of the provider’s own format', () => {
  const message = { role: 'assistant', content: 'hi', refusal: null };
  const reply = {
    id: 'chatcmpl-1',
    object: 'chat.completion',
    created: 1,
    model: 'gpt-5.6',
    choices: [{ index: 0, message, logprobs: null, finish_reason: 'stop' }],
    usage: { prompt_tokens: 3, completion_tokens: 4, total_tokens: 7 },
  };
  const serve: Serve = (request, response) => {
    request.resume();
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(reply));
  };
  const post = (url: string, user: string, model: string) =>
    fetch(`${url}/oa/v1/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-user': user },
      body: JSON.stringify({ model, messages: [{ role: 'user', content: 'x' }] }),
    });

  it('is metered and judged by its model, though models are named otherwise elsewhere', async () => {
    const { url, ended } = await staged(NAME, serve, {}, { models: { smart: 'oa/gpt-5.6' } });
    expect(await (await post(url, 'ann', 'gpt-5.6')).json()).toEqual(reply);
    expect(ended[0]).toMatchObject({ operation: 'chat', model: 'oa/gpt-5.6', usage: { input: 3, output: 4 } });
    expect((await post(url, 'few', 'gpt-5.6')).status).toBe(200);
    expect((await post(url, 'few', 'gpt-4o')).status).toBe(403);
  });
});
