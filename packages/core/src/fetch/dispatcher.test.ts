import { once } from 'node:events';
import { createServer, type RequestListener, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { Cancellation } from '../kit/cancel.ts';
import type { WireRequest } from '../transport/dispatcher.ts';
import { readAll } from '../transport/read-all.ts';
import { fetchPlatform } from './platform.ts';

const { dispatcher, clock, randomId, random } = fetchPlatform();
const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

async function http(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  closers.push(() => {
    server.closeAllConnections();
    server.close();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const post = (origin: string): WireRequest => ({
  method: 'POST',
  origin,
  path: '/v1/x?y=z',
  headers: { 'x-key': 'k' },
  body: '{}',
});
const text = async (body: AsyncIterable<Uint8Array>): Promise<string> =>
  new TextDecoder().decode(await readAll(body, 1e7));
const reason = new Error('the reason');

/** A server whose first answer the test writes. */
function serverSide(): { listener: RequestListener; arrived: Promise<ServerResponse> } {
  let arrive: (outgoing: ServerResponse) => void = () => undefined;
  const arrived = new Promise<ServerResponse>((resolve) => {
    arrive = resolve;
  });
  return { listener: (_, outgoing) => arrive(outgoing), arrived };
}

describe('the dispatcher over fetch', () => {
  it('sends the call and gives status, headers and body', async () => {
    const origin = await http(async (incoming, outgoing) => {
      const pieces: Buffer[] = [];
      for await (const piece of incoming) pieces.push(piece as Buffer);
      outgoing.writeHead(429, { 'Retry-After': '7' });
      outgoing.end(
        [
          incoming.method,
          incoming.url,
          incoming.headers['x-key'],
          incoming.headers['accept-encoding'],
          Buffer.concat(pieces),
        ].join(' '),
      );
    });
    const response = await dispatcher.dispatch(post(origin), new Cancellation());
    expect([response.status, response.header('retry-after'), response.header('x-missing')]).toEqual([
      429,
      '7',
      undefined,
    ]);
    expect(await text(response.body)).toBe('POST /v1/x?y=z k identity {}');
  });

  it('gives a redirect as the answer it is', async () => {
    const origin = await http((_, outgoing) => void outgoing.writeHead(302, { location: '/elsewhere' }).end());
    const response = await dispatcher.dispatch(post(origin), new Cancellation());
    expect([response.status, response.header('location')]).toEqual([302, '/elsewhere']);
  });

  it('gives each piece of a stream when it comes', async () => {
    const { listener, arrived } = serverSide();
    const call = dispatcher.dispatch(post(await http(listener)), new Cancellation());
    const outgoing = await arrived;
    outgoing.write('one');
    const iterator = (await call).body[Symbol.asyncIterator]();
    expect(new TextDecoder().decode((await iterator.next()).value as Uint8Array)).toBe('one');
    outgoing.end('two');
    expect(new TextDecoder().decode((await iterator.next()).value as Uint8Array)).toBe('two');
    expect((await iterator.next()).done).toBe(true);
  });

  it('decompresses what comes compressed all the same', async () => {
    const origin = await http(
      (_, outgoing) => void outgoing.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('plain')),
    );
    expect(await text((await dispatcher.dispatch(post(origin), new Cancellation())).body)).toBe('plain');
  });

  it('rejects with upstream_unavailable and no address when the provider is away', async () => {
    const call = dispatcher.dispatch(post('http://127.0.0.1:1'), new Cancellation());
    await expect(call).rejects.toMatchObject({
      code: 'upstream_unavailable',
      message: expect.not.stringContaining('127') as string,
    });
  });

  it('throws in the body when the connection is cut', async () => {
    const origin = await http((_, outgoing) => {
      outgoing.writeHead(200, { 'content-length': 100 });
      outgoing.write('half', () => outgoing.destroy());
    });
    const response = await dispatcher.dispatch(post(origin), new Cancellation());
    await expect(text(response.body)).rejects.toMatchObject({ code: 'upstream_unavailable' });
  });

  it('sends nothing for a signal that has aborted', async () => {
    const signal = new Cancellation();
    signal.abort(reason);
    await expect(dispatcher.dispatch(post('http://127.0.0.1:1'), signal)).rejects.toBe(reason);
  });

  it('closes the connection on abort while the headers are awaited', async () => {
    const { listener, arrived } = serverSide();
    const signal = new Cancellation();
    const call = dispatcher.dispatch(post(await http(listener)), signal);
    const outgoing = await arrived;
    signal.abort(reason);
    await expect(call).rejects.toBe(reason);
    await once(outgoing, 'close');
  });

  it('closes the connection on abort in the body, and rejects the read under way', async () => {
    const { listener, arrived } = serverSide();
    const signal = new Cancellation();
    const call = dispatcher.dispatch(post(await http(listener)), signal);
    const outgoing = await arrived;
    outgoing.write('one');
    const iterator = (await call).body[Symbol.asyncIterator]();
    await iterator.next();
    const pending = iterator.next();
    signal.abort(reason);
    await expect(pending).rejects.toBe(reason);
    await once(outgoing, 'close');
  });

  it.each(['cancelled', 'left by its reader'])('closes the connection when the answer is %s', async (how) => {
    const { listener, arrived } = serverSide();
    const call = dispatcher.dispatch(post(await http(listener)), new Cancellation());
    const outgoing = await arrived;
    outgoing.write('one');
    const response = await call;
    if (how === 'cancelled') response.cancel(reason);
    else for await (const _ of response.body) break;
    await once(outgoing, 'close');
  });
});

describe('the rest of the platform', () => {
  it('has a clock that sleeps, rejects on abort, and cancels timers', async () => {
    await clock.sleep(1);
    const controller = new AbortController();
    const sleep = clock.sleep(60_000, controller.signal);
    controller.abort(reason);
    await expect(sleep).rejects.toBe(reason);
    await expect(clock.sleep(60_000, controller.signal)).rejects.toBe(reason);
    let fired = false;
    clock.timer(0, () => {
      fired = true;
    })();
    await clock.sleep(3);
    expect(fired).toBe(false);
    expect(clock.now()).toBeGreaterThan(1.7e12);
  });

  it('makes ids and numbers', () => {
    const ids = Array.from({ length: 2000 }, () => randomId(12));
    expect(new Set(ids).size).toBe(2000);
    expect(ids.every((id) => /^[0-9a-f]{24}$/.test(id))).toBe(true);
    expect(random()).toBeGreaterThanOrEqual(0);
    expect(random()).toBeLessThan(1);
  });

  it('takes the environment that it is given, else that of the process', () => {
    expect(fetchPlatform({ environment: { A: 'b' } }).environment).toEqual({ A: 'b' });
    expect(fetchPlatform().environment).toBe(process.env);
  });
});
