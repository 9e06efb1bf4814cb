import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { type AddressInfo, createServer as createTcpServer, type Server, type Socket } from 'node:net';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterEach, describe, expect, it } from 'vitest';
import { Cancellation } from '../kit/cancel.ts';
import type { UpstreamError } from '../kit/errors.ts';
import type { WireRequest, WireResponse } from '../transport/dispatcher.ts';
import { readAll } from '../transport/read-all.ts';
import { nodeDispatcher } from './dispatcher.ts';
import { CONNECT_OPTIONS } from './origin-pool.ts';
import { CONNECTION_OPTIONS } from './pooled-line.ts';

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

const dispatcher = (): ReturnType<typeof nodeDispatcher> => {
  const made = nodeDispatcher();
  closers.push(() => made.close());
  return made;
};

async function listen(server: Server): Promise<string> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => sockets.add(socket));
  closers.push(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const http = (listener: RequestListener): Promise<string> => listen(createServer(listener));

/** A server that answers each request's head with the given bytes. */
const raw = (answer: (socket: Socket, count: number) => void): Promise<string> => {
  let count = 0;
  return listen(
    createTcpServer((socket) => {
      socket.on('error', () => undefined);
      socket.on('data', () => answer(socket, count++));
    }),
  );
};

const post = (origin: string, more: Partial<WireRequest> = {}): WireRequest => ({
  method: 'POST',
  origin,
  path: '/v1/x?y=z',
  headers: {},
  body: '{}',
  ...more,
});
const never = new Cancellation();
const text = async (response: WireResponse): Promise<string> =>
  Buffer.from(await readAll(response.body, 1e8)).toString();

async function failure(run: Promise<unknown>): Promise<UpstreamError> {
  return run.then(
    () => {
      throw new Error('It should have failed.');
    },
    (error: unknown) => error as UpstreamError,
  );
}

async function bodyOf(incoming: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const piece of incoming) pieces.push(piece as Buffer);
  return Buffer.concat(pieces).toString();
}

setFlagsFromString('--expose-gc');
const collect: () => void = runInNewContext('gc');

describe('a call', () => {
  it('goes out with its method, path, headers and body, and asks for a plain answer', async () => {
    const seen: unknown[] = [];
    const origin = await http(async (incoming, outgoing) => {
      const { method, url, headers } = incoming;
      seen.push({
        method,
        url,
        body: await bodyOf(incoming),
        key: headers['x-key'],
        type: headers['content-type'],
        encoding: headers['accept-encoding'],
      });
      outgoing.end();
    });
    const headers = { 'content-type': 'application/json', 'x-key': 'k' };
    await text(await dispatcher().dispatch(post(origin, { headers, body: Buffer.from('{"ä":1}') }), never));
    await text(
      await dispatcher().dispatch(
        { method: 'GET', origin, path: '/models', headers: { 'accept-encoding': 'gzip' }, body: undefined },
        never,
      ),
    );
    expect(seen).toEqual([
      { method: 'POST', url: '/v1/x?y=z', body: '{"ä":1}', key: 'k', type: 'application/json', encoding: 'identity' },
      { method: 'GET', url: '/models', body: '', key: undefined, type: undefined, encoding: 'gzip' },
    ]);
  });

  it.each(['{"ä":1}', Buffer.from('{"ä":1}')])(
    'says the length of what it sends when the answer is a stream',
    async (body) => {
      const seen: unknown[] = [];
      const origin = await http(async (incoming, outgoing) => {
        const { headers } = incoming;
        seen.push(await bodyOf(incoming), headers['content-length'], headers['transfer-encoding']);
        outgoing.end();
      });
      await text(await dispatcher().dispatch(post(origin, { body, stream: true }), never));
      expect(seen).toEqual(['{"ä":1}', '8', undefined]);
    },
  );

  it('holds neither what it sent nor the headers of the answer while a stream is open', async () => {
    const origin = await http(async (incoming, outgoing) => {
      await bodyOf(incoming);
      outgoing.write('a');
    });
    const own = dispatcher();
    const sent = async () => {
      const body = new Uint8Array(5000).fill(0x20);
      const answer = await own.dispatch(post(origin, { body, stream: true }), never);
      const reader = answer.body[Symbol.asyncIterator]();
      await reader.next();
      return { reader, body: new WeakRef(body), answer: new WeakRef(answer) };
    };
    const { reader, body, answer } = await sent();
    // What a WeakRef was made of in this turn of the loop, or read, is held until its end.
    await new Promise((resolve) => setImmediate(resolve));
    collect();
    expect([body.deref(), answer.deref()]).toEqual([undefined, undefined]);
    await reader.return?.();
  });

  it('gives status and headers before the body is there, by lower-case names', async () => {
    let finish: () => void = () => undefined;
    const origin = await http((_, outgoing) => {
      outgoing.writeHead(429, { 'Retry-After': '7', 'X-Twice': ['a', 'b'] });
      outgoing.flushHeaders();
      finish = () => outgoing.end('later');
    });
    const response = await dispatcher().dispatch(post(origin), never);
    expect(response.status).toBe(429);
    expect(response.header('retry-after')).toBe('7');
    expect(response.header('x-twice')).toBe('a, b');
    expect(response.header('x-missing')).toBeUndefined();
    finish();
    expect(await text(response)).toBe('later');
  });

  it.each([301, 302, 303, 307, 308])('gives a redirect (%i) as the answer it is', async (status) => {
    let calls = 0;
    const origin = await http((_, outgoing) => {
      calls++;
      outgoing.writeHead(status, { location: '/elsewhere' }).end();
    });
    const response = await dispatcher().dispatch(post(origin), never);
    await text(response);
    expect([response.status, response.header('location'), calls]).toEqual([status, '/elsewhere', 1]);
  });

  it('takes answers without a body, and passes over 1xx', async () => {
    const origin = await raw((socket) =>
      socket.write('HTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\nHTTP/1.1 204 No Content\r\nx-a: 1\r\n\r\n'),
    );
    const response = await dispatcher().dispatch(post(origin), never);
    expect([response.status, response.header('x-a'), response.header('link'), await text(response)]).toEqual([
      204,
      '1',
      undefined,
      '',
    ]);
  });

  it('reads a body that ends with the connection', async () => {
    const origin = await raw((socket) => socket.end('HTTP/1.1 200 OK\r\n\r\nuntil the end'));
    expect(await text(await dispatcher().dispatch(post(origin), never))).toBe('until the end');
  });
});

describe('connections', () => {
  it('are used again after a whole answer', async () => {
    const sockets = new Set<Socket>();
    const origin = await http((incoming, outgoing) => {
      sockets.add(incoming.socket);
      outgoing.end('ok');
    });
    const calls = dispatcher();
    for (let call = 0; call < 5; call++) await text(await calls.dispatch(post(origin), never));
    expect(sockets.size).toBe(1);
  });

  it('are as many as there are calls at a time, so that none waits behind a stream', async () => {
    const open: ServerResponse[] = [];
    const origin = await http((_, outgoing) => {
      open.push(outgoing);
      outgoing.write('first');
    });
    const calls = dispatcher();
    const responses = await Promise.all(Array.from({ length: 40 }, () => calls.dispatch(post(origin), never)));
    expect(open).toHaveLength(40);
    for (const outgoing of open) outgoing.end();
    expect(await Promise.all(responses.map(text))).toEqual(Array.from({ length: 40 }, () => 'first'));
  });

  it('have no time limits on headers and body, and one on connecting', () => {
    expect(CONNECTION_OPTIONS).toMatchObject({ headersTimeout: 0, bodyTimeout: 0, pipelining: 1 });
    expect(CONNECTION_OPTIONS.keepAliveTimeout).toBeLessThan(60_000);
    expect(CONNECT_OPTIONS).toEqual({ timeout: 10_000, allowH2: false });
  });

  it('are refused after close, and running calls end first', async () => {
    let finish: () => void = () => undefined;
    const origin = await http((_, outgoing) => {
      outgoing.write('a');
      finish = () => outgoing.end('b');
    });
    const calls = nodeDispatcher();
    const response = await calls.dispatch(post(origin), never);
    const closed = calls.close();
    expect(await failure(calls.dispatch(post(origin), never))).toMatchObject({ code: 'upstream_unavailable' });
    finish();
    expect(await text(response)).toBe('ab');
    await closed;
  });
});

describe('a call that fails', () => {
  const tellsNoAddress = (error: UpstreamError): void => {
    expect(error.message).not.toMatch(/\d+\.\d+|localhost|invalid\.|:\d/);
    expect(error.cause).toBeInstanceOf(Error);
  };

  it('because nobody listens is unavailable, without the address', async () => {
    const server = createTcpServer();
    const origin = await listen(server);
    await new Promise((resolve) => server.close(resolve));
    const error = await failure(dispatcher().dispatch(post(origin), never));
    expect(error).toMatchObject({ code: 'upstream_unavailable', message: 'The provider could not be reached.' });
    expect(error.hint).toBeUndefined();
    tellsNoAddress(error);
  });

  it('because the host has no address is unavailable, without the name', async () => {
    const error = await failure(dispatcher().dispatch(post('http://nowhere.invalid.'), never));
    expect(error).toMatchObject({ code: 'upstream_unavailable', message: 'The provider could not be reached.' });
    tellsNoAddress(error);
  });

  it('by a reset before the headers is unavailable, and not taken for a stale socket', async () => {
    const origin = await raw((socket) => socket.resetAndDestroy());
    const error = await failure(dispatcher().dispatch(post(origin), never));
    expect(error).toMatchObject({
      code: 'upstream_unavailable',
      message: 'The provider broke the connection before it answered.',
    });
    expect(error.hint).toBeUndefined();
    tellsNoAddress(error);
  });

  it.each([
    ['reset', (socket: Socket) => socket.resetAndDestroy()],
    ['closed', (socket: Socket) => socket.destroy()],
  ])('on a kept connection that was %s says so', async (_, leave) => {
    const origin = await raw((socket, count) =>
      count === 0 ? socket.write('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok') : leave(socket),
    );
    const calls = dispatcher();
    await text(await calls.dispatch(post(origin), never));
    expect(await failure(calls.dispatch(post(origin), never))).toMatchObject({
      code: 'upstream_unavailable',
      hint: 'stale-socket',
    });
  });

  it('on a kept connection that had begun to answer is not stale', async () => {
    const origin = await raw((socket, count) => {
      if (count === 0) socket.write('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok');
      else socket.end('HTTP/1.1 200 O');
    });
    const calls = dispatcher();
    await text(await calls.dispatch(post(origin), never));
    const error = await failure(calls.dispatch(post(origin), never));
    expect(error.code).toBe('upstream_unavailable');
    expect(error.hint).toBeUndefined();
  });

  it.each([
    ['a body of a declared length', 'content-length: 100\r\n\r\nhalf'],
    ['a chunked body', 'transfer-encoding: chunked\r\n\r\n4\r\nhalf\r\n'],
  ])('in the middle of %s gives what came and then the error', async (_, answer) => {
    const origin = await raw((socket) => socket.end(`HTTP/1.1 200 OK\r\n${answer}`));
    const response = await dispatcher().dispatch(post(origin), never);
    const pieces: string[] = [];
    const reading = (async () => {
      for await (const piece of response.body) pieces.push(Buffer.from(piece).toString());
    })();
    const error = await failure(reading);
    expect(pieces.join('')).toBe('half');
    expect(['upstream_unavailable', 'upstream_invalid_response']).toContain(error.code);
    tellsNoAddress(error);
  });

  it.each([
    ['is not HTTP', 'SSH-2.0-OpenSSH_9.6\r\n\r\n'],
    ['has headers beyond the cap', `HTTP/1.1 200 OK\r\nx-big: ${'x'.repeat(100_000)}\r\n\r\n`],
  ])('because the answer %s is an invalid response', async (_, answer) => {
    const origin = await raw((socket) => socket.write(answer));
    expect(await failure(dispatcher().dispatch(post(origin), never))).toMatchObject({
      code: 'upstream_invalid_response',
    });
  });

  it('by a header that can not be sent rejects and does not throw', async () => {
    const origin = await http((_, outgoing) => void outgoing.end());
    const error = await failure(dispatcher().dispatch(post(origin, { headers: { 'x-key': 'a\r\nb: c' } }), never));
    expect(error.code).toBe('upstream_unavailable');
  });

  it('does not stop the next one', async () => {
    const origin = await raw((socket, count) =>
      count === 0 ? socket.resetAndDestroy() : socket.write('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok'),
    );
    const calls = dispatcher();
    await failure(calls.dispatch(post(origin), never));
    expect(await text(await calls.dispatch(post(origin), never))).toBe('ok');
  });

  it('takes large headers within the cap', async () => {
    const origin = await raw((socket) =>
      socket.write(`HTTP/1.1 200 OK\r\nx-big: ${'x'.repeat(30_000)}\r\ncontent-length: 0\r\n\r\n`),
    );
    expect((await dispatcher().dispatch(post(origin), never)).header('x-big')).toHaveLength(30_000);
  });
});
