import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import type { Clock } from '../kit/clock.ts';
import { ClientGone, type GatewayError } from '../kit/errors.ts';
import type { GatewayRequest } from '../transport/gateway-request.ts';
import { UPLOAD_STALL } from './read-upload.ts';
import { type RequestOptions, requestOf } from './request.ts';

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

const limits = { maxBytes: 1000, maxDepth: 64 };

interface Visit {
  readonly request: GatewayRequest<IncomingMessage>;
  readonly incoming: IncomingMessage & { body?: unknown; rawBody?: unknown };
  readonly outgoing: ServerResponse;
}

/** A server, and the visits it gets; `prepare` is what the host does before the gateway sees the request. */
async function host(
  options: RequestOptions = {},
  prepare?: (incoming: Visit['incoming']) => Promise<void>,
): Promise<{ client: () => Socket; visit: Promise<Visit> }> {
  let arrive: (visit: Visit) => void = () => undefined;
  const visit = new Promise<Visit>((resolve) => {
    arrive = resolve;
  });
  const server = createServer(async (incoming, outgoing) => {
    await prepare?.(incoming);
    arrive({ request: requestOf(incoming, incoming, incoming.url ?? '/', outgoing, options), incoming, outgoing });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(() => {
    server.closeAllConnections();
    server.close();
  });
  const client = (): Socket => {
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
    socket.on('error', () => undefined);
    return socket;
  };
  return { client, visit };
}

const head = (headers: Record<string, string | number>, path = '/'): string =>
  `POST ${path} HTTP/1.1\r\nhost: x\r\n${Object.entries(headers)
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join('')}\r\n`;

async function send(
  body: Uint8Array | string,
  headers: Record<string, string> = {},
  options: RequestOptions = {},
  prepare?: (incoming: Visit['incoming']) => Promise<void>,
): Promise<Visit> {
  const { client, visit } = await host(options, prepare);
  const bytes = Buffer.from(body);
  client().write(Buffer.concat([Buffer.from(head({ 'content-length': bytes.length, ...headers })), bytes]));
  return visit;
}

const failure = (run: Promise<unknown>): Promise<GatewayError> =>
  run.then(
    () => Promise.reject(new Error('It should have failed.')),
    (error: unknown) => error as GatewayError,
  );

describe('a request', () => {
  it('gives method, path, query, headers and host', async () => {
    const { client, visit } = await host();
    client().write(head({ 'X-One': 'a', cookie: 'c', 'content-length': 0 }, '/v1/models/a%2Fb?key=1&key=2'));
    const { request, incoming } = await visit;
    expect([request.method, request.path, request.query.getAll('key'), request.remoteAddress]).toEqual([
      'POST',
      '/v1/models/a%2Fb',
      ['1', '2'],
      '127.0.0.1',
    ]);
    expect([
      request.header('x-one'),
      request.header('x-two'),
      request.header('constructor'),
      request.header('__proto__'),
    ]).toEqual(['a', undefined, undefined, undefined]);
    expect(request.host).toBe(incoming);
    expect([...request.query]).toHaveLength(2);
  });

  it('has an empty query without one', async () => {
    const { request } = await send('{}');
    expect([...request.query]).toEqual([]);
  });
});

describe('a body from the connection', () => {
  it('is read once, whole, however often it is asked for', async () => {
    const { request } = await send('{"model":"ü"}', { 'content-type': 'application/json' });
    const [first, second] = await Promise.all([request.body(limits), request.body(limits)]);
    expect(first).toBe(second);
    expect(first.fields().get('model')).toBe('ü');
  });

  it('is read when it comes in pieces, after the gateway asked', async () => {
    const { client, visit } = await host();
    const socket = client();
    socket.write(head({ 'transfer-encoding': 'chunked' }));
    const { request } = await visit;
    const body = request.body(limits);
    for (const piece of ['3\r\n{"a\r\n', '4\r\n":1}\r\n', '0\r\n\r\n'])
      await new Promise((resolve) => socket.write(piece, resolve));
    expect((await body).json()).toEqual({ a: 1 });
  });

  it('leaves the connection usable for the next request', async () => {
    const server = createServer(async (incoming, outgoing) => {
      const body = await requestOf(incoming, incoming, '/', outgoing).body(limits);
      outgoing.end(JSON.stringify(body.json()));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    closers.push(
      () => void server.close(),
      () => server.closeAllConnections(),
    );
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
    for (const name of ['a', 'b', 'c']) {
      socket.write(`${head({ 'content-length': 7 })}{"${name}":1}`);
      const [answer] = (await once(socket, 'data')) as [Buffer];
      expect(answer.toString()).toContain(`{"${name}":1}`);
    }
    socket.destroy();
  });

  it('that is empty is broken JSON', async () => {
    const { request } = await send('');
    const body = await request.body(limits);
    expect(() => body.fields()).toThrow(expect.objectContaining({ code: 'invalid_json' }) as Error);
  });

  it.each([
    ['gzip', gzipSync],
    ['deflate', deflateSync],
    ['br', brotliCompressSync],
  ])('in %s is decompressed', async (encoding, compress) => {
    const { request } = await send(compress('{"a":"żółć"}'), { 'content-encoding': encoding });
    expect((await request.body(limits)).json()).toEqual({ a: 'żółć' });
  });

  it('that is a decompression bomb is too large', async () => {
    const { request } = await send(gzipSync(Buffer.alloc(200_000)), { 'content-encoding': 'gzip' });
    expect(await failure(request.body(limits))).toMatchObject({ code: 'body_too_large', status: 413 });
  });

  it('that is broken gzip, or in an unknown encoding, is refused', async () => {
    const broken = await send('no gzip', { 'content-encoding': 'gzip' });
    expect(await failure(broken.request.body(limits))).toMatchObject({ code: 'invalid_json' });
    const unknown = await send('{}', { 'content-encoding': 'zstd' });
    expect(await failure(unknown.request.body(limits))).toMatchObject({
      code: 'unsupported_content_type',
      status: 415,
    });
  });

  it.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x'])(
    'of the type %s is refused',
    async (type) => {
      const { request } = await send('{}', { 'content-type': type });
      expect(await failure(request.body(limits))).toMatchObject({ code: 'unsupported_content_type', status: 415 });
    },
  );
});

describe('a body beyond the cap', () => {
  it('is refused as soon as its length is declared, with nothing of it sent', async () => {
    const { client, visit } = await host();
    client().write(head({ 'content-length': 1001 }));
    expect(await failure((await visit).request.body(limits))).toMatchObject({ code: 'body_too_large', status: 413 });
  });

  it('is refused as soon as the count passes, before its end', async () => {
    const { client, visit } = await host();
    const socket = client();
    socket.write(head({ 'transfer-encoding': 'chunked' }));
    const body = failure((await visit).request.body(limits));
    socket.write(`7d0\r\n${'x'.repeat(2000)}\r\n`);
    expect(await body).toMatchObject({ code: 'body_too_large' });
  });

  it('is refused when it was there at once', async () => {
    const { client, visit } = await host();
    client().write(`${head({ 'transfer-encoding': 'chunked' })}7d0\r\n${'x'.repeat(2000)}\r\n0\r\n\r\n`);
    expect(await failure((await visit).request.body(limits))).toMatchObject({ code: 'body_too_large' });
  });

  it('lets the client see the answer', async () => {
    const { client, visit } = await host();
    const socket = client();
    socket.write(head({ 'content-length': 5_000_000 }));
    const { request, outgoing } = await visit;
    await failure(request.body(limits));
    outgoing.writeHead(413).end('too large');
    socket.write(Buffer.alloc(5_000_000, 'x'));
    const [answer] = (await once(socket, 'data')) as [Buffer];
    expect(answer.toString()).toContain('413');
  });

  it('is refused from a parser too', async () => {
    const { request } = await send('{}', {}, {}, async (incoming) => {
      incoming.rawBody = Buffer.alloc(1001, 'x');
    });
    expect(await failure(request.body(limits))).toMatchObject({ code: 'body_too_large' });
  });
});

/** What body parsers do: read the stream, then leave something. */
const parsed =
  (leave: (incoming: Visit['incoming'], bytes: Buffer) => void) =>
  async (incoming: Visit['incoming']): Promise<void> => {
    const pieces: Buffer[] = [];
    for await (const piece of incoming) pieces.push(piece as Buffer);
    leave(incoming, Buffer.concat(pieces));
  };

describe('a body that the host has parsed', () => {
  it.each<[string, (incoming: Visit['incoming'], bytes: Buffer) => void]>([
    [
      'an object',
      (incoming, bytes) => {
        incoming.body = JSON.parse(bytes.toString());
      },
    ],
    [
      'a string',
      (incoming, bytes) => {
        incoming.body = bytes.toString();
      },
    ],
    [
      'bytes',
      (incoming, bytes) => {
        incoming.body = bytes;
      },
    ],
    [
      'raw bytes, which are preferred',
      (incoming, bytes) => {
        incoming.rawBody = bytes;
        incoming.body = { wrong: true };
      },
    ],
  ])('is taken as %s', async (_, leave) => {
    const { request } = await send('{"model":"ü"}', {}, {}, parsed(leave));
    expect((await request.body(limits)).json()).toEqual({ model: 'ü' });
  });

  it('is taken from where the mount says', async () => {
    const { request } = await send(
      '{"a":1}',
      {},
      { body: { b: 2 } },
      parsed(() => undefined),
    );
    expect((await request.body(limits)).json()).toEqual({ b: 2 });
  });

  it('is taken when it is empty', async () => {
    const { request } = await send(
      '{}',
      {},
      {},
      parsed((incoming) => {
        incoming.body = {};
      }),
    );
    expect((await request.body(limits)).json()).toEqual({});
  });

  it('is not believed when the stream was never read: parsers leave an empty object there', async () => {
    const { request } = await send('{"a":1}', {}, {}, async (incoming) => {
      incoming.body = {};
    });
    expect((await request.body(limits)).json()).toEqual({ a: 1 });
  });

  it('and thrown away is a fault of the host, with the way out', async () => {
    const { request } = await send(
      '{"a":1}',
      {},
      {},
      parsed(() => undefined),
    );
    expect(await failure(request.body(limits))).toMatchObject({
      code: 'invalid_request',
      status: 500,
      message: expect.stringContaining('before body parsers') as string,
    });
  });

  it('is held to the depth cap', async () => {
    const { request } = await send(
      `${'['.repeat(80)}${']'.repeat(80)}`,
      {},
      {},
      parsed((incoming, bytes) => {
        incoming.body = JSON.parse(bytes.toString());
      }),
    );
    expect(await failure(request.body(limits))).toMatchObject({ code: 'body_too_deep' });
  });
});

describe('a slow upload', () => {
  /** A clock that stands until it is set. */
  function manual(): Clock & { set(to: number): void; readonly pending: number } {
    let now = 0;
    const timers = new Set<{ at: number; run: () => void }>();
    return {
      now: () => now,
      sleep: () => Promise.reject(new Error('not used')),
      timer(ms, run) {
        const timer = { at: now + ms, run };
        timers.add(timer);
        return () => timers.delete(timer);
      },
      set(to) {
        now = to;
        for (const timer of [...timers]) if (timer.at <= now && timers.delete(timer)) timer.run();
      },
      get pending() {
        return timers.size;
      },
    };
  }

  /** A body that may come with its headers is waited for a moment before anybody listens. */
  const onceAsked = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

  it('that stands still is given up, one that goes on is not', async () => {
    const clock = manual();
    const { client, visit } = await host({ clock });
    const socket = client();
    socket.write(head({ 'content-length': 100 }));
    const { request, incoming } = await visit;
    const body = failure(request.body(limits));
    await onceAsked();
    clock.set(UPLOAD_STALL - 1);
    socket.write('x');
    await once(incoming, 'data');
    clock.set(UPLOAD_STALL);
    clock.set(2 * UPLOAD_STALL - 2);
    expect(clock.pending).toBe(1);
    clock.set(2 * UPLOAD_STALL - 1);
    expect(await body).toMatchObject({ code: 'request_timeout', status: 408 });
    expect(clock.pending).toBe(0);
  });

  it('leaves no timer and no listener behind when it is complete', async () => {
    const clock = manual();
    const { client, visit } = await host({ clock });
    const socket = client();
    socket.write(head({ 'content-length': 2 }));
    const { request, incoming } = await visit;
    const body = request.body(limits);
    await onceAsked();
    const during = incoming.listenerCount('data');
    socket.write('{}');
    await body;
    expect([
      during,
      clock.pending,
      incoming.listenerCount('data'),
      incoming.listenerCount('end'),
      incoming.listenerCount('close'),
    ]).toEqual([1, 0, 0, 0, 0]);
  });

  it('is not expected where the body comes with its headers: nobody listens, and no timer runs', async () => {
    const clock = manual();
    let timers = 0;
    const counting: Clock = {
      ...clock,
      timer(ms, run) {
        timers++;
        return clock.timer(ms, run);
      },
    };
    const read = new Promise<unknown>((resolve, reject) => {
      const server = createServer((incoming, outgoing) => {
        const asked = requestOf(incoming, incoming, '/', outgoing, { clock: counting });
        asked.body(limits).then((body) => resolve([body.json(), timers, incoming.listenerCount('data')]), reject);
      });
      closers.push(() => {
        server.closeAllConnections();
        server.close();
      });
      server.listen(0, '127.0.0.1', () => {
        const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
        socket.on('error', () => undefined);
        socket.write(`${head({ 'content-length': 7 })}{"a":1}`);
      });
    });
    expect(await read).toEqual([{ a: 1 }, 0, 0]);
  });
});

describe('a client that leaves', () => {
  it('during the upload ends the reading with ClientGone', async () => {
    const { client, visit } = await host();
    const socket = client();
    socket.write(head({ 'content-length': 100 }));
    const body = failure((await visit).request.body(limits));
    socket.destroy();
    expect(await body).toBeInstanceOf(ClientGone);
  });

  it('before the body was asked for ends the reading with ClientGone', async () => {
    const { client, visit } = await host();
    const socket = client();
    socket.write(head({ 'content-length': 100 }));
    const { request, incoming, outgoing } = await visit;
    socket.destroy();
    await once(outgoing, 'close');
    while (!incoming.closed) await new Promise((resolve) => setImmediate(resolve));
    expect(await failure(request.body(limits))).toBeInstanceOf(ClientGone);
  });

  it('before the answer is finished aborts the signal and tells the listener, once', async () => {
    const { client, visit } = await host();
    const socket = client();
    socket.write(`${head({ 'content-length': 2 })}{}`);
    const { request, outgoing } = await visit;
    const told: string[] = [];
    const { signal } = request;
    signal.addEventListener('abort', { handleEvent: () => void told.push('gone') });
    await request.body(limits);
    expect(signal.aborted).toBe(false);
    socket.destroy();
    await once(outgoing, 'close');
    expect(signal.aborted).toBe(true);
    expect(signal.reason).toBeInstanceOf(ClientGone);
    expect(told).toEqual(['gone']);
    expect(request.signal).toBe(signal);
  });

  it('before anybody asked is seen when somebody asks', async () => {
    const { client, visit } = await host();
    const socket = client();
    socket.write(`${head({ 'content-length': 2 })}{}`);
    const { request, outgoing } = await visit;
    socket.destroy();
    await once(outgoing, 'close');
    expect(request.signal.aborted).toBe(true);
    expect(request.signal.reason).toBeInstanceOf(ClientGone);
  });

  it('is not one whose request was read, nor one who has the whole answer', async () => {
    const { client, visit } = await host();
    const socket = client();
    socket.write(`${head({ 'content-length': 2 })}{}`);
    const { request, outgoing, incoming } = await visit;
    const { signal } = request;
    await request.body(limits);
    if (!incoming.closed) await once(incoming, 'close');
    expect(signal.aborted).toBe(false);
    outgoing.end('done');
    await once(outgoing, 'close');
    expect(signal.aborted).toBe(false);
    expect(outgoing.listenerCount('close')).toBe(0);
  });
});
