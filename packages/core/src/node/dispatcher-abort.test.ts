import { once } from 'node:events';
import { createServer, type RequestListener, type ServerResponse } from 'node:http';
import { type AddressInfo, createServer as createTcpServer, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { Cancellation } from '../kit/cancel.ts';
import type { WireRequest } from '../transport/dispatcher.ts';
import { readAll } from '../transport/read-all.ts';
import { HIGH_WATER } from './body-queue.ts';
import { nodeDispatcher } from './dispatcher.ts';

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
const post = (origin: string): WireRequest => ({ method: 'POST', origin, path: '/', headers: {}, body: '{}' });
const reason = new Error('the reason');

/** The first response that the server gets to write, and a promise of its connection's end. */
function serverSide(): { listener: RequestListener; arrived: Promise<ServerResponse> } {
  let arrive: (outgoing: ServerResponse) => void = () => undefined;
  const arrived = new Promise<ServerResponse>((resolve) => {
    arrive = resolve;
  });
  return { listener: (_, outgoing) => arrive(outgoing), arrived };
}

const signals: [string, () => { signal: AbortSignal | Cancellation; abort(reason: unknown): void }][] = [
  [
    'a native signal',
    () => {
      const controller = new AbortController();
      return { signal: controller.signal, abort: (cause) => controller.abort(cause) };
    },
  ],
  [
    'a light one',
    () => {
      const signal = new Cancellation();
      return { signal, abort: (cause) => signal.abort(cause) };
    },
  ],
];

describe.each(signals)('an abort by %s', (_, make) => {
  it('before the call sends nothing', async () => {
    const { signal, abort } = make();
    abort(reason);
    let connections = 0;
    const origin = await listen(createTcpServer(() => void connections++));
    await expect(dispatcher().dispatch(post(origin), signal)).rejects.toBe(reason);
    expect(connections).toBe(0);
  });

  it('while the connection is being made rejects at once and sends no request', async () => {
    const { signal, abort } = make();
    const received: string[] = [];
    const closed: Promise<unknown>[] = [];
    const origin = await listen(
      createTcpServer((socket) => {
        socket.on('data', (data) => received.push(data.toString()));
        closed.push(once(socket, 'close'));
      }),
    );
    const call = dispatcher().dispatch(post(origin), signal);
    abort(reason);
    await expect(call).rejects.toBe(reason);
    await new Promise((resolve) => setImmediate(resolve));
    await Promise.all(closed);
    expect(received).toEqual([]);
  });

  it('gives up a connection that does not come about', async () => {
    const { signal, abort } = make();
    let asked: () => void = () => undefined;
    const lookup = new Promise<void>((resolve) => {
      asked = resolve;
    });
    // An address that is looked up for ever: undici would hold on for its 10 s, and close() with it.
    const calls = nodeDispatcher({ connect: { lookup: () => asked() } });
    const call = calls.dispatch(post('http://provider.invalid.'), signal);
    await lookup;
    abort(reason);
    await expect(call).rejects.toBe(reason);
    await calls.close();
  });

  it('while the headers are awaited closes the connection', async () => {
    const { signal, abort } = make();
    const { listener, arrived } = serverSide();
    const call = dispatcher().dispatch(post(await http(listener)), signal);
    const outgoing = await arrived;
    abort(reason);
    await expect(call).rejects.toBe(reason);
    await once(outgoing, 'close');
    expect(outgoing.writableFinished).toBe(false);
  });

  it('in the body closes the connection and rejects the read under way', async () => {
    const { signal, abort } = make();
    const { listener, arrived } = serverSide();
    const call = dispatcher().dispatch(post(await http(listener)), signal);
    const outgoing = await arrived;
    outgoing.write('first');
    const iterator = (await call).body[Symbol.asyncIterator]();
    expect(Buffer.from((await iterator.next()).value as Uint8Array).toString()).toBe('first');
    const pending = iterator.next();
    abort(reason);
    await expect(pending).rejects.toBe(reason);
    await once(outgoing, 'close');
  });

  it('opens no connection in place of the one it closed', async () => {
    const { signal, abort } = make();
    let connections = 0;
    const server = createServer((incoming, outgoing) => {
      if (incoming.url === '/stays') outgoing.write('first');
      else outgoing.end('done');
    });
    server.on('connection', () => {
      connections++;
    });
    const origin = await listen(server);
    const answer = await dispatcher().dispatch({ ...post(origin), path: '/stays' }, signal);
    abort(reason);
    await expect(answer.body[Symbol.asyncIterator]().next()).rejects.toBe(reason);
    // A call of another dispatcher, from its connection to its end, comes behind whatever the abort has set going.
    await readAll((await dispatcher().dispatch(post(origin), new Cancellation())).body, 100);
    expect(connections).toBe(2);
  });

  it('after the answer is over closes nothing', async () => {
    const { signal, abort } = make();
    const sockets = new Set<Socket>();
    const origin = await http((incoming, outgoing) => {
      sockets.add(incoming.socket);
      outgoing.end('ok');
    });
    const calls = dispatcher();
    for await (const piece of (await calls.dispatch(post(origin), signal)).body) expect(piece).toHaveLength(2);
    abort(reason);
    for await (const piece of (await calls.dispatch(post(origin), new Cancellation())).body)
      expect(piece).toHaveLength(2);
    expect(sockets.size).toBe(1);
  });
});

describe('a cancelled answer', () => {
  it('closes the connection before anything was read, and what had come is not given', async () => {
    const { listener, arrived } = serverSide();
    const call = dispatcher().dispatch(post(await http(listener)), new Cancellation());
    const outgoing = await arrived;
    outgoing.write('first');
    const response = await call;
    response.cancel(reason);
    response.cancel(new Error('again'));
    await once(outgoing, 'close');
    await expect(response.body[Symbol.asyncIterator]().next()).rejects.toBe(reason);
  });

  it('by a reader that breaks off closes the connection', async () => {
    const { listener, arrived } = serverSide();
    const call = dispatcher().dispatch(post(await http(listener)), new Cancellation());
    const outgoing = await arrived;
    outgoing.write('first');
    for await (const _ of (await call).body) break;
    await once(outgoing, 'close');
  });

  it('does no harm when it is over already', async () => {
    const origin = await http((_, outgoing) => void outgoing.end('ok'));
    const response = await dispatcher().dispatch(post(origin), new Cancellation());
    for await (const piece of response.body) expect(piece).toHaveLength(2);
    response.cancel(reason);
    expect(await response.body[Symbol.asyncIterator]().next()).toEqual({ done: true, value: undefined });
  });

  it('leaves no listener on a signal that outlives it', async () => {
    const signal = new Cancellation();
    let listeners = 0;
    signal.addEventListener = () => void listeners++;
    signal.removeEventListener = () => void listeners--;
    const origin = await http((_, outgoing) => void outgoing.end('ok'));
    const calls = dispatcher();
    for await (const piece of (await calls.dispatch(post(origin), signal)).body) expect(piece).toHaveLength(2);
    (await calls.dispatch(post(origin), signal)).cancel(reason);
    await expect(calls.dispatch(post('http://nowhere.invalid.'), signal)).rejects.toThrow();
    expect(listeners).toBe(0);
  });
});

describe('a reader that does not read', () => {
  it('holds the provider back, and goes on where it stopped', async () => {
    const total = 24 * 1024 * 1024;
    const piece = Buffer.alloc(64 * 1024, 'x');
    let sent = 0;
    let blocked: () => void = () => undefined;
    const stuck = new Promise<void>((resolve) => {
      blocked = resolve;
    });
    const origin = await http(async (_, outgoing) => {
      while (sent < total) {
        sent += piece.length;
        if (!outgoing.write(piece)) {
          const timer = setTimeout(blocked, 200);
          await once(outgoing, 'drain');
          clearTimeout(timer);
        }
      }
      outgoing.end();
    });
    const response = await dispatcher().dispatch(post(origin), new Cancellation());
    await stuck;
    // Beyond our own queue only the buffers of the two sockets are full.
    expect(sent).toBeLessThan(total);
    let received = 0;
    for await (const bytes of response.body) {
      expect(bytes.length).toBeLessThanOrEqual(HIGH_WATER);
      received += bytes.length;
    }
    expect(received).toBe(total);
  });
});
