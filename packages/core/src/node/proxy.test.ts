import { createServer, type RequestListener } from 'node:http';
import { type AddressInfo, connect, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { Cancellation } from '../kit/cancel.ts';
import { readAll } from '../transport/read-all.ts';
import { nodeDispatcher } from './dispatcher.ts';
import { proxyFor, proxySettings } from './proxy.ts';

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

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

/** A proxy that opens tunnels, and the places it was asked for. */
async function tunnelProxy(): Promise<{
  url: string;
  tunnels: { place: string | undefined; authorization: string | undefined }[];
}> {
  const tunnels: { place: string | undefined; authorization: string | undefined }[] = [];
  const server = createServer();
  server.on('connect', (request, socket) => {
    tunnels.push({ place: request.url, authorization: request.headers['proxy-authorization'] });
    // Whatever host is asked for, the tunnel ends at this machine: loopback itself never goes through a proxy.
    const [, port] = (request.url ?? '').split(':');
    const upstream = connect(Number(port), '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      upstream.pipe(socket).pipe(upstream);
    });
    upstream.on('error', () => socket.destroy());
    socket.on('error', () => upstream.destroy());
  });
  return { url: await listen(server), tunnels };
}

async function fetchText(environment: Record<string, string>, origin: string): Promise<string> {
  const dispatcher = nodeDispatcher({ environment });
  closers.push(() => dispatcher.close());
  const response = await dispatcher.dispatch(
    { method: 'POST', origin, path: '/x', headers: {}, body: '{}' },
    new Cancellation(),
  );
  return Buffer.from(await readAll(response.body, 1000)).toString();
}

describe('the environment', () => {
  it('names a proxy through which a call goes, with its credentials', async () => {
    const origin = await http((_, outgoing) => void outgoing.end('through'));
    const { url, tunnels } = await tunnelProxy();
    const named = origin.replace('127.0.0.1', 'provider.test');
    expect(await fetchText({ HTTP_PROXY: url.replace('//', '//user:pass@') }, named)).toBe('through');
    expect(tunnels).toEqual([
      { place: named.slice(7), authorization: `Basic ${Buffer.from('user:pass').toString('base64')}` },
    ]);
  });

  it('never stands between us and our own machine', async () => {
    const origin = await http((_, outgoing) => void outgoing.end('direct'));
    const { url, tunnels } = await tunnelProxy();
    expect(await fetchText({ HTTP_PROXY: url }, origin)).toBe('direct');
    expect(tunnels).toEqual([]);
  });

  it('is the one that was given: that of the process is not looked at', async () => {
    const origin = await http((_, outgoing) => void outgoing.end('direct'));
    const saved = process.env['HTTP_PROXY'];
    process.env['HTTP_PROXY'] = 'http://127.0.0.1:1';
    try {
      expect(await fetchText({}, origin)).toBe('direct');
    } finally {
      if (saved === undefined) delete process.env['HTTP_PROXY'];
      else process.env['HTTP_PROXY'] = saved;
    }
  });

  it('may name a proxy that is away: then the provider is unavailable, and no address is told', async () => {
    const call = fetchText({ http_proxy: 'http://127.0.0.1:1' }, 'http://provider.test:9');
    await expect(call).rejects.toMatchObject({
      code: 'upstream_unavailable',
      message: expect.not.stringContaining('127') as string,
    });
  });
});

describe('which proxy', () => {
  const proxies = { http_proxy: 'http://plain:1', HTTPS_PROXY: 'http://secure:2' };
  const chosen = (origin: string, environment: Record<string, string> = proxies): string | undefined =>
    proxyFor(origin, proxySettings(environment));

  it('goes by the scheme, and https falls back to the http one', () => {
    expect(chosen('http://a.dev')).toBe('http://plain:1');
    expect(chosen('https://a.dev')).toBe('http://secure:2');
    expect(chosen('https://a.dev', { HTTP_PROXY: 'http://plain:1' })).toBe('http://plain:1');
    expect(chosen('http://a.dev', { https_proxy: 'http://secure:2' })).toBeUndefined();
    expect(chosen('https://a.dev', {})).toBeUndefined();
  });

  it('is named in lower case first, and an empty value is none', () => {
    expect(chosen('http://a.dev', { http_proxy: 'http://lower:1', HTTP_PROXY: 'http://upper:1' })).toBe(
      'http://lower:1',
    );
    expect(chosen('http://a.dev', { http_proxy: '', HTTP_PROXY: 'http://upper:1' })).toBe('http://upper:1');
  });

  it.each([
    ['*', 'https://a.dev', false],
    ['a.dev', 'https://a.dev', false],
    ['A.DEV', 'https://a.dev', false],
    ['a.dev', 'https://api.a.dev', false],
    ['.a.dev', 'https://api.a.dev', false],
    ['*.a.dev', 'https://api.a.dev', false],
    ['a.dev', 'https://ba.dev', true],
    ['a.dev', 'https://a.dev.example', true],
    ['a.dev:443', 'https://a.dev', false],
    ['a.dev:8443', 'https://a.dev', true],
    ['a.dev:8443', 'https://a.dev:8443', false],
    ['a.dev:80', 'http://a.dev', false],
    ['b.dev, a.dev', 'https://a.dev', false],
    ['b.dev a.dev', 'https://a.dev', false],
    ['10.0.0.1', 'http://10.0.0.1:8080', false],
    ['fd00::1', 'http://[fd00::1]:8080', false],
    ['[fd00::1]', 'http://[fd00::1]:8080', false],
    ['[fd00::1]:8080', 'http://[fd00::1]:8080', false],
    ['[fd00::1]:9090', 'http://[fd00::1]:8080', true],
    ['', 'http://[::1]:8080', false],
    ['', 'http://127.1.2.3:8080', false],
    ['', 'http://localhost:8080', false],
    ['', 'https://a.dev', true],
  ])('NO_PROXY=%s lets %s through the proxy: %s', (bypass, origin, proxied) => {
    expect(chosen(origin, { ...proxies, no_proxy: bypass }) !== undefined).toBe(proxied);
  });
});
