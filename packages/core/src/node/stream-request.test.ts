import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { type AddressInfo, createServer as createTcpServer, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { Cancellation } from '../kit/cancel.ts';
import type { WireRequest } from '../transport/dispatcher.ts';
import { readAll } from '../transport/read-all.ts';
import { nodeDispatcher } from './dispatcher.ts';

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function listen(server: Server): Promise<{ origin: string; sockets: Set<Socket> }> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => {
    socket.on('error', () => undefined);
    sockets.add(socket);
  });
  closers.push(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, sockets };
}
const http = (listener: RequestListener) => listen(createServer(listener));

const streamed = (origin: string, body: string | Uint8Array): WireRequest => ({
  method: 'POST',
  origin,
  path: '/',
  headers: {},
  body,
  stream: true,
});
const never = new Cancellation();
const dispatcher = () => {
  const made = nodeDispatcher();
  closers.push(() => made.close());
  return made;
};

describe('the body of a request for a stream', () => {
  it.each([
    ['text', 'räksmörgås 🦐'.repeat(500)],
    ['bytes', new TextEncoder().encode('{"a":1}')],
    ['nothing', ''],
  ])('is sent whole, with its length in bytes: %s', async (_, body) => {
    const seen: [string, string | undefined, string | undefined][] = [];
    const { origin, sockets } = await http(async (incoming, outgoing) => {
      const pieces: Buffer[] = [];
      for await (const piece of incoming) pieces.push(piece);
      const { 'content-length': length, 'transfer-encoding': coding } = incoming.headers;
      seen.push([Buffer.concat(pieces).toString(), length, coding]);
      outgoing.end('ok');
    });
    const sender = dispatcher();
    for (let time = 0; time < 3; time++)
      await readAll((await sender.dispatch(streamed(origin, body), never)).body, 1e6);
    const bytes = Buffer.from(body);
    expect(seen).toEqual(Array(3).fill([bytes.toString(), String(bytes.length), undefined]));
    expect(sockets.size).toBe(1);
  });

  it('may be refused before it was read, and the next one goes through', async () => {
    let count = 0;
    const { origin } = await http((incoming, outgoing) => {
      count++;
      if (count === 1) outgoing.writeHead(413).end('too large');
      else incoming.resume().on('end', () => outgoing.end('ok'));
    });
    const sender = dispatcher();
    const response = await sender.dispatch(streamed(origin, new Uint8Array(2e7)), never);
    expect([response.status, Buffer.from(await readAll(response.body, 100)).toString()]).toEqual([413, 'too large']);
    const next = await sender.dispatch(streamed(origin, '{}'), never);
    expect(Buffer.from(await readAll(next.body, 100)).toString()).toBe('ok');
  });

  it('is given up half-way with its connection, and the reason is told', async () => {
    let closed: Promise<unknown> | undefined;
    const { origin, sockets } = await listen(
      createTcpServer((socket) => {
        socket.pause();
        closed = once(socket, 'close');
      }),
    );
    const signal = new Cancellation();
    const sender = dispatcher();
    const pending = sender.dispatch(streamed(origin, new Uint8Array(5e7)), signal);
    pending.catch(() => undefined);
    while (closed === undefined) await new Promise(setImmediate);
    const reason = new Error('the reason');
    signal.abort(reason);
    await expect(pending).rejects.toBe(reason);
    for (const socket of sockets) socket.resume();
    await closed;
  });

  it('is no call that worked where its connection breaks half-way', async () => {
    const { origin } = await listen(
      createTcpServer((socket) => void socket.once('data', () => socket.resetAndDestroy())),
    );
    await expect(dispatcher().dispatch(streamed(origin, new Uint8Array(2e7)), never)).rejects.toMatchObject({
      kind: 'upstream',
    });
  });
});
