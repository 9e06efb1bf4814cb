import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import { connect as connectHttp2, createServer as createHttp2Server } from 'node:http2';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Clock } from '../kit/clock.ts';
import { ClientGone } from '../kit/errors.ts';
import type { Chunk, GatewayReply } from '../transport/gateway-request.ts';
import { nodeClock } from './clock.ts';
import { writeReply } from './reply.ts';

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

interface Setting {
  readonly socket: Socket;
  /** All that the client got so far. */
  readonly received: () => string;
  readonly outgoing: ServerResponse;
}

async function setting(prepare: (outgoing: ServerResponse) => void = () => undefined): Promise<Setting> {
  let arrive: (outgoing: ServerResponse) => void = () => undefined;
  const arrived = new Promise<ServerResponse>((resolve) => {
    arrive = resolve;
  });
  const server = createServer((_, outgoing) => {
    prepare(outgoing);
    arrive(outgoing);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(
    () => void server.close(),
    () => server.closeAllConnections(),
  );
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  const pieces: Buffer[] = [];
  socket.on('error', () => undefined);
  socket.on('data', (piece) => pieces.push(piece));
  socket.write('GET / HTTP/1.1\r\nhost: x\r\n\r\n');
  return { socket, received: () => Buffer.concat(pieces).toString(), outgoing: await arrived };
}

interface TestReply extends GatewayReply {
  readonly cancelled: unknown[];
}
function reply(body: GatewayReply['body'], headers: Record<string, string> = {}): TestReply {
  const cancelled: unknown[] = [];
  return { status: 200, headers, body, cancel: (reason) => void cancelled.push(reason), cancelled };
}

/** A body that gives what it is told to, and counts how often it was pulled. */
function source(): AsyncIterable<Chunk> & {
  give(chunk: Chunk): void;
  end(): void;
  fail(error: unknown): void;
  readonly pulls: number;
} {
  const waiting: { resolve: (result: IteratorResult<Chunk, undefined>) => void; reject: (error: unknown) => void }[] =
    [];
  const ready: (() => Promise<IteratorResult<Chunk, undefined>>)[] = [];
  let pulls = 0;
  const offer = (make: () => Promise<IteratorResult<Chunk, undefined>>): void => {
    const next = waiting.shift();
    if (next === undefined) ready.push(make);
    else make().then(next.resolve, next.reject);
  };
  return {
    give: (value) => offer(() => Promise.resolve({ done: false, value })),
    end: () => offer(() => Promise.resolve({ done: true, value: undefined })),
    fail: (error) => offer(() => Promise.reject(error)),
    get pulls() {
      return pulls;
    },
    [Symbol.asyncIterator]: () => ({
      next: () => {
        pulls++;
        return ready.shift()?.() ?? new Promise((resolve, reject) => waiting.push({ resolve, reject }));
      },
    }),
  };
}

const until = (check: () => boolean): Promise<void> =>
  vi.waitFor(() => expect(check()).toBe(true), { timeout: 5000, interval: 2 });

describe('a whole reply', () => {
  it.each<[string, Chunk]>([
    ['text', '{"a":"ü"}'],
    ['bytes', Buffer.from('{"a":"ü"}')],
    ['nothing', ''],
  ])('of %s is written with its length', async (_, body) => {
    const { outgoing, received } = await setting();
    const sent = reply(body, { 'content-type': 'application/json', 'x-postern-request-id': 'r1' });
    await writeReply({ ...sent, status: 429 }, outgoing);
    const text = Buffer.from(body).toString();
    await until(() => received().endsWith(text) && received().includes('\r\n\r\n'));
    expect(received()).toMatch(/^HTTP\/1.1 429 /);
    expect(received()).toContain(`content-length: ${Buffer.byteLength(text)}\r\n`);
    expect(received()).toContain('x-postern-request-id: r1\r\n');
    expect(received()).not.toContain('transfer-encoding');
    expect(sent.cancelled).toEqual([]);
  });

  it('keeps the headers of the host', async () => {
    const { outgoing, received } = await setting((response) => response.setHeader('access-control-allow-origin', '*'));
    await writeReply(reply('x', { 'content-type': 'text/plain' }), outgoing);
    await until(() => received().endsWith('x'));
    expect(received()).toContain('access-control-allow-origin: *');
    expect(received()).toContain('content-type: text/plain');
  });

  it('to a client that has left is cancelled', async () => {
    const { outgoing, socket } = await setting();
    socket.destroy();
    await once(outgoing, 'close');
    const sent = reply('x');
    await writeReply(sent, outgoing);
    expect(sent.cancelled).toEqual([expect.any(ClientGone)]);
  });
});

describe('a reply whose headers can not be sent', () => {
  it.each<[string, Chunk | AsyncIterable<Chunk>]>([
    ['whole', 'x'],
    ['a stream', source()],
  ])('breaks the connection and is cancelled, %s', async (_, body) => {
    const { outgoing, socket } = await setting();
    const sent = reply(body, { 'x-bad': 'a\nb' });
    await writeReply(sent, outgoing);
    if (!socket.closed) await once(socket, 'close');
    expect(sent.cancelled).toHaveLength(1);
  });
});

describe('over HTTP/2', () => {
  it.each<[string, () => GatewayReply['body']]>([
    ['a whole reply', () => 'data'],
    [
      'a stream',
      () => {
        const body = source();
        body.give('da');
        body.give('ta');
        body.end();
        return body;
      },
    ],
  ])('%s is written and not taken for left', async (_, make) => {
    const sent = reply(make());
    const server = createHttp2Server((__, outgoing) => void writeReply(sent, outgoing as unknown as ServerResponse));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const session = connectHttp2(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    closers.push(
      () => void server.close(),
      () => session.destroy(),
    );
    const stream = session.request({ ':path': '/' });
    const pieces: Buffer[] = [];
    for await (const piece of stream) pieces.push(piece as Buffer);
    expect(Buffer.concat(pieces).toString()).toBe('data');
    await new Promise((resolve) => setImmediate(resolve));
    expect(sent.cancelled).toEqual([]);
  });
});

describe('a stream', () => {
  it('hands over each chunk when it comes, text and bytes, and ends', async () => {
    const { outgoing, received } = await setting();
    const body = source();
    const sent = reply(body, { 'content-type': 'text/event-stream' });
    const written = writeReply(sent, outgoing);
    body.give('data: é\n\n');
    await until(() => received().includes('data: é\n\n'));
    expect(received()).toContain('content-type: text/event-stream');
    body.give('');
    body.give(Buffer.from('data: 2\n\n'));
    await until(() => received().includes('data: 2\n\n'));
    expect(received()).not.toContain('\r\n0\r\n');
    body.end();
    await written;
    await until(() => received().endsWith('0\r\n\r\n'));
    await until(() => outgoing.closed);
    expect(sent.cancelled).toEqual([]);
  });

  it('sends its headers before the first chunk when that one is late', async () => {
    const { outgoing, received } = await setting();
    const body = source();
    const written = writeReply(reply(body), outgoing);
    await until(() => received().includes('\r\n\r\n'));
    body.end();
    await written;
  });

  it('without a chunk is a complete answer', async () => {
    const { outgoing, received } = await setting();
    const body = source();
    body.end();
    await writeReply(reply(body), outgoing);
    await until(() => received().endsWith('0\r\n\r\n'));
  });

  it('flushes a compression middleware after each chunk', async () => {
    const flushed: string[] = [];
    const { outgoing, received } = await setting((response) => {
      (response as ServerResponse & { flush?: () => void }).flush = () => void flushed.push('flush');
    });
    const body = source();
    body.give('a');
    body.give('b');
    body.end();
    await writeReply(reply(body), outgoing);
    await until(() => received().endsWith('0\r\n\r\n'));
    expect(flushed).toEqual(['flush', 'flush']);
  });

  it('pulls no more than the client reads', async () => {
    const { outgoing, socket } = await setting();
    socket.pause();
    const body = source();
    const chunk = Buffer.alloc(256 * 1024, 'x');
    for (let count = 0; count < 100; count++) body.give(chunk);
    body.end();
    const written = writeReply(reply(body), outgoing);
    await until(() => outgoing.writableNeedDrain);
    const pulled = body.pulls;
    expect(pulled).toBeLessThan(100);
    await new Promise((resolve) => setImmediate(resolve));
    expect(body.pulls).toBe(pulled);
    socket.resume();
    await written;
    expect(body.pulls).toBe(101);
    expect(outgoing.listenerCount('drain')).toBeLessThanOrEqual(1);
  });

  it('that fails in the middle breaks the connection, so that it never looks finished', async () => {
    const { outgoing, received, socket } = await setting();
    const body = source();
    const sent = reply(body);
    const written = writeReply(sent, outgoing);
    body.give('data: 1\n\n');
    await until(() => received().includes('data: 1\n\n'));
    body.fail(new Error('boom'));
    await written;
    if (!socket.closed) await once(socket, 'close');
    expect(received()).not.toContain('\r\n0\r\n');
    expect(sent.cancelled).toEqual([expect.objectContaining({ message: 'boom' })]);
  });
});

describe('a client that leaves', () => {
  const left = async (
    prepare: (body: ReturnType<typeof source>, own: Setting) => Promise<void>,
  ): Promise<{ sent: TestReply; body: ReturnType<typeof source>; own: Setting }> => {
    const own = await setting();
    const body = source();
    const sent = reply(body);
    const written = writeReply(sent, own.outgoing);
    await prepare(body, own);
    own.socket.destroy();
    await once(own.outgoing, 'close');
    expect(sent.cancelled).toEqual([expect.any(ClientGone)]);
    body.fail(new Error('the reply was cancelled'));
    await written;
    return { sent, body, own };
  };

  it('between the headers and the first chunk cancels the reply', async () => {
    const { body } = await left(async (_, { received }) => until(() => received().includes('\r\n\r\n')));
    expect(body.pulls).toBe(1);
  });

  it('between two chunks cancels the reply, and nothing more is pulled', async () => {
    const { body, sent } = await left(async (stream, { received }) => {
      stream.give('data: 1\n\n');
      await until(() => received().includes('data: 1'));
    });
    expect(body.pulls).toBe(2);
    expect(sent.cancelled).toHaveLength(1);
  });

  it('while it does not read cancels the reply', async () => {
    const { body } = await left(async (stream, { socket, outgoing }) => {
      socket.pause();
      for (let count = 0; count < 100; count++) stream.give(Buffer.alloc(256 * 1024, 'x'));
      await until(() => outgoing.writableNeedDrain);
    });
    expect(body.pulls).toBeLessThan(100);
  });

  it('before the reply begins cancels it unread', async () => {
    const { outgoing, socket } = await setting();
    socket.destroy();
    await once(outgoing, 'close');
    const body = source();
    const sent = reply(body);
    await writeReply(sent, outgoing);
    expect(sent.cancelled).toEqual([expect.any(ClientGone)]);
    expect(body.pulls).toBe(0);
  });

  it('after the whole stream cancels nothing', async () => {
    const { outgoing, received, socket } = await setting();
    const body = source();
    const sent = reply(body);
    body.give('x');
    body.end();
    await writeReply(sent, outgoing);
    await until(() => received().endsWith('0\r\n\r\n'));
    socket.destroy();
    await until(() => outgoing.closed);
    expect(sent.cancelled).toEqual([]);
    expect(outgoing.listenerCount('close')).toBe(0);
  });
});

describe('a client that stays but does not read', () => {
  it.each([
    [{ clientIdle: 1234 }, { clientIdle: 99 }, 1234],
    [{}, { clientIdle: 99 }, 99],
    [{}, {}, 60_000],
  ])('counts as gone after its time: %j, %j', async (given, options, ms) => {
    const own = await setting();
    own.socket.pause();
    let expire: () => void = () => undefined;
    const timers: number[] = [];
    const clock: Clock = {
      ...nodeClock,
      timer(ms, run) {
        timers.push(ms);
        expire = run;
        return () => undefined;
      },
    };
    const body = source();
    const sent = { ...reply(body), ...given };
    for (let count = 0; count < 100; count++) body.give(Buffer.alloc(256 * 1024, 'x'));
    const written = writeReply(sent, own.outgoing, { ...options, clock });
    await until(() => own.outgoing.writableNeedDrain && timers.length > 0);
    expect(new Set(timers)).toEqual(new Set([ms]));
    expire();
    await written;
    expect(sent.cancelled).toEqual([expect.any(ClientGone)]);
  });
});

describe('a long stream', () => {
  it('leaves no listeners behind, however often it waits for the client', async () => {
    const { outgoing, socket } = await setting();
    const warnings: Error[] = [];
    const note = (warning: Error): void => void warnings.push(warning);
    process.on('warning', note);
    const body = source();
    for (let count = 0; count < 200; count++) body.give(Buffer.alloc(128 * 1024, 'x'));
    body.end();
    socket.resume();
    await writeReply(reply(body), outgoing);
    await new Promise((resolve) => setImmediate(resolve));
    process.off('warning', note);
    expect(warnings).toEqual([]);
  });
});
