import { createServer, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';
import { Cancellation } from '../../kit/cancel.ts';
import type { WireRequest } from '../../transport/dispatcher.ts';
import { isSocket } from '../../transport/web-socket.ts';
import { certificateFor } from '../certificate.type-test.ts';
import { dial } from './dial.ts';

const servers = new Set<Server>();
const sockets = new Set<Socket>();
afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  for (const server of servers) await new Promise((resolve) => server.close(resolve));
  servers.clear();
});

async function listening(server: Server): Promise<number> {
  servers.add(server);
  server.on('connection', (socket: Socket) => sockets.add(socket));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

async function upstream(greet: (socket: WebSocket) => void): Promise<number> {
  const server = createServer();
  new WebSocketServer({ server }).on('connection', greet);
  return listening(server);
}

const request = (origin: string): WireRequest => ({
  method: 'GET',
  origin,
  path: '/v1/realtime?model=m',
  headers: { authorization: 'Bearer k' },
  body: undefined,
});

describe('dial', () => {
  it('loses no message that came before anybody listened, nor the close behind it', async () => {
    const port = await upstream((socket) => {
      socket.send('first');
      socket.send('second');
      socket.close(4002, 'done');
    });
    const opened = await dial(request(`http://127.0.0.1:${port}`), new Cancellation(), {});
    if (!isSocket(opened)) throw new Error('refused');
    await new Promise((resolve) => setImmediate(resolve));
    const heard: string[] = [];
    const closed = await new Promise((resolve) =>
      opened.listen({
        message: (data) => heard.push(Buffer.from(data).toString()),
        heard: () => {},
        drained: () => {},
        closed: (code, reason) => resolve([code, reason]),
      }),
    );
    expect([heard, closed]).toEqual([
      ['first', 'second'],
      [4002, 'done'],
    ]);
  });

  it('goes through the proxy that the environment names, which sees the target and not the key', async () => {
    const port = await upstream((socket) => socket.send('hello'));
    const asked: unknown[] = [];
    const proxy = createServer();
    proxy.on('connect', ({ url, headers }, socket: Socket) => {
      asked.push([url, headers['proxy-authorization'], headers.authorization]);
      const through = connect(port, '127.0.0.1', () => {
        socket.write('HTTP/1.1 200 OK\r\n\r\n');
        through.pipe(socket).pipe(through);
      });
      for (const end of [through, socket]) end.on('error', () => undefined);
      sockets.add(through);
    });
    const http_proxy = `http://user:pass@127.0.0.1:${await listening(proxy)}`;
    const opened = await dial(request('http://upstream.test:8080'), new Cancellation(), {
      environment: { http_proxy },
    });
    expect(isSocket(opened)).toBe(true);
    expect(asked).toEqual([['upstream.test:8080', `Basic ${Buffer.from('user:pass').toString('base64')}`, undefined]]);
    if (isSocket(opened)) opened.destroy();
  });

  it('speaks TLS with an https origin, directly and through a proxy, and only with one whose certificate holds', async () => {
    const { cert, key } = certificateFor('localhost', 'upstream.test');
    const secure = createTlsServer({ cert, key });
    new WebSocketServer({ server: secure });
    const port = await listening(secure as unknown as Server);
    const origin = `https://localhost:${port}`;
    await expect(dial(request(origin), new Cancellation(), {})).rejects.toMatchObject({ code: 'upstream_unavailable' });
    const direct = await dial(request(origin), new Cancellation(), { connect: { ca: cert } });
    expect(isSocket(direct)).toBe(true);
    const proxy = createServer().on('connect', (_request, socket: Socket) => {
      const through = connect(port, '127.0.0.1', () => {
        socket.write('HTTP/1.1 200 OK\r\n\r\n');
        through.pipe(socket).pipe(through);
      });
      for (const end of [through, socket]) end.on('error', () => undefined);
    });
    const environment = { https_proxy: `http://127.0.0.1:${await listening(proxy)}` };
    const connectOptions = { ca: cert };
    const tunnelled = await dial(request('https://upstream.test'), new Cancellation(), {
      connect: connectOptions,
      environment,
    });
    expect(isSocket(tunnelled)).toBe(true);
    for (const opened of [direct, tunnelled]) if (isSocket(opened)) opened.destroy();
  });

  it('fails with an error of ours when a proxy refuses, or nobody is there', async () => {
    const proxy = createServer();
    proxy.on('connect', (_request, socket: Socket) => socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n'));
    const http_proxy = `http://127.0.0.1:${await listening(proxy)}`;
    const refused = dial(request('http://upstream.test'), new Cancellation(), { environment: { http_proxy } });
    await expect(refused).rejects.toMatchObject({ code: 'upstream_unavailable' });
    const nobody = dial(request('http://127.0.0.1:1'), new Cancellation(), {});
    await expect(nobody).rejects.toMatchObject({ code: 'upstream_unavailable' });
  });

  it('gives an answer that is no 101, and follows no redirect', async () => {
    const port = await listening(
      createServer((_request, response) => response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end('moved')),
    );
    const answer = await dial(request(`http://127.0.0.1:${port}`), new Cancellation(), {});
    if (isSocket(answer)) throw new Error('opened');
    expect([answer.status, answer.header('location')]).toEqual([302, 'http://127.0.0.1:1/']);
    answer.cancel(undefined);
  });

  it('rejects with the reason at once when it is aborted', async () => {
    const port = await listening(createServer().on('upgrade', () => undefined));
    const abort = new Cancellation();
    const dialling = dial(request(`http://127.0.0.1:${port}`), abort, {});
    const reason = new Error('left');
    abort.abort(reason);
    await expect(dialling).rejects.toBe(reason);
  });
});
