import dns from 'node:dns';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { syncBuiltinESMExports } from 'node:module';
import {
  type AddressInfo,
  createServer as createTcpServer,
  type LookupFunction,
  type Server,
  type Socket,
} from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import type { FetchMedia, MediaContext } from '../config/fetch-media.ts';
import { manualClock } from '../testing/index.ts';
import { certificateFor } from './certificate.type-test.ts';
import { guardedConnector } from './guarded-connect.ts';
import { guardedFetch, guardedFetchMedia } from './guarded-fetch.ts';
import type { GuardedFetchOptions } from './guarded-options.ts';
import { isPublicAddress } from './public-address.ts';

const HOST = 'images.example.com';
const { key, cert } = certificateFor(HOST, '*.cdn.example.com', 'evil.example.org');
const LOOPBACK = '127.0.0.1';
const PNG = Buffer.from('89504e470d0a1a0a', 'hex');

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

/** A server on loopback: its port, and its connections as they come. */
async function listen(server: Server): Promise<{ port: number; sockets: Socket[] }> {
  const sockets: Socket[] = [];
  server.on('connection', (socket) => {
    sockets.push(socket);
    socket.on('error', () => undefined);
  });
  closers.push(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  await new Promise<void>((resolve) => server.listen(0, LOOPBACK, resolve));
  return { port: (server.address() as AddressInfo).port, sockets };
}

type Stage = Awaited<ReturnType<typeof stage>>;

/**
 * A host of media on loopback, and a fetch that may ask it. `addresses`: what the names are answered with, one list for each look-up, the last for all
 * further ones. `loopback`: whether it passes for a public address here, so that there is a host to talk to.
 */
async function stage(
  listener: RequestListener | Server,
  { options = {}, addresses = [[LOOPBACK]], loopback = true }: Partial<StageOptions> = {},
) {
  const seen: IncomingMessage[] = [];
  const server =
    typeof listener === 'function'
      ? createTlsServer({ key, cert }, (request, response) => {
          seen.push(request);
          listener(request, response);
        })
      : listener;
  const { port, sockets } = await listen(server);
  const looked: string[] = [];
  const lookup: LookupFunction = (hostname, _, callback) => {
    const found = addresses[Math.min(looked.length, addresses.length - 1)] ?? [];
    looked.push(hostname);
    callback(
      null,
      found.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
    );
  };
  const isPublic = (address: string): boolean => (loopback && address === LOOPBACK) || isPublicAddress(address);
  const clock = manualClock();
  const fetchMedia = guardedFetch(
    { allow: [HOST, '*.cdn.example.com'], ports: [port], ca: cert, ...options },
    { lookup, isPublic },
    clock,
  );
  return { fetchMedia, port, seen, looked, sockets, clock, url: `https://${HOST}:${port}/a.png?sig=s3cret` };
}

interface StageOptions {
  readonly options: Partial<GuardedFetchOptions>;
  readonly addresses: readonly (readonly string[])[];
  readonly loopback: boolean;
}

const context = (more: Partial<MediaContext> = {}): MediaContext => ({
  id: 'r',
  operation: 'chat',
  model: 'm',
  caller: undefined,
  kind: 'image',
  mediaType: undefined,
  maxBytes: 1_000_000,
  signal: new AbortController().signal,
  ...more,
});

const png = (_: IncomingMessage, response: ServerResponse): void => {
  response.writeHead(200, { 'content-type': 'image/png' }).end(PNG);
};

/** The message with which it was refused; it never holds a part of the URL that could be a secret. */
async function refusal(run: ReturnType<FetchMedia>): Promise<string> {
  const error = await run.then(
    () => new Error('It was fetched.'),
    (reason: unknown) => reason as Error,
  );
  expect(String(error)).not.toMatch(/s3cret|a\.png/);
  return error.message;
}

const closed = (socket: Socket | undefined): Promise<unknown> =>
  socket === undefined || socket.closed ? Promise.resolve() : new Promise((resolve) => socket.once('close', resolve));

describe('a guarded fetch', () => {
  it('gives the bytes and the media type, and brings nothing along', async () => {
    const at = await stage((_, response) => {
      response.writeHead(200, { 'content-type': 'Image/PNG; x=y' }).end(PNG);
    });
    const { data, mediaType } = await at.fetchMedia(at.url, context());
    expect([Buffer.from(data).equals(PNG), mediaType]).toEqual([true, 'image/png']);
    const [request] = at.seen;
    expect([request?.method, request?.url]).toEqual(['GET', '/a.png?sig=s3cret']);
    expect(Object.keys(request?.headers ?? {}).sort()).toEqual(
      ['accept', 'accept-encoding', 'connection', 'host', 'user-agent'].sort(),
    );
    expect(request?.headers['accept-encoding']).toBe('identity');
    await closed(at.sockets[0]);
  });

  it.each(['a.cdn.example.com', 'a.b.CDN.example.com'])('asks %s, which is below a name of the list', async (host) => {
    const at = await stage(png, { options: { allow: ['*.cdn.example.com'] } });
    await at.fetchMedia(`https://${host}:${at.port}/`, context()).catch(() => undefined);
    expect(at.looked).toEqual([host.toLowerCase()]);
  });

  it('asks the host of the list, whatever a careless reader would take for one', async () => {
    const at = await stage(png);
    for (const rest of ['#@evil.example.org/', '\\@evil.example.org/', '/@evil.example.org', '?@evil.example.org'])
      expect((await at.fetchMedia(`https://${HOST}:${at.port}${rest}`, context())).mediaType).toBe('image/png');
    expect(new Set(at.looked)).toEqual(new Set([HOST]));
  });

  it('refuses a host whose certificate is for another name', async () => {
    const at = await stage(png, { options: { allow: ['other.example.com'] } });
    const told = await refusal(at.fetchMedia(`https://other.example.com:${at.port}/`, context()));
    expect(told).toBe('other.example.com could not be reached');
    expect(at.seen).toEqual([]);
  });
});

describe('a URL is refused before any name is looked up', () => {
  it.each([
    ['plain http', (port: number) => `http://${HOST}:${port}/`],
    ['a file', () => 'file:///etc/passwd'],
    ['no URL', () => `//${HOST}/`],
    ['too long', (port: number) => `https://${HOST}:${port}/${'a'.repeat(9000)}`],
    ['a user', (port: number) => `https://user@${HOST}:${port}/`],
    ['a password', (port: number) => `https://:pass@${HOST}:${port}/`],
    ['a host in the place of the user', (port: number) => `https://${HOST}@evil.example.org:${port}/`],
    ['a host behind a #', (port: number) => `https://evil.example.org:${port}#.${HOST}/`],
    ['a host behind a ?', (port: number) => `https://evil.example.org:${port}?.${HOST}/`],
    ['a host behind a backslash', (port: number) => `https://evil.example.org:${port}\\.${HOST}/`],
    ['a name that only begins like one of the list', (port: number) => `https://${HOST}.evil.example.org:${port}/`],
    ['a name that only ends like one of the list', (port: number) => `https://evil${HOST}:${port}/`],
    ['the name above a wildcard', (port: number) => `https://cdn.example.com:${port}/`],
    ['no name above a wildcard', (port: number) => `https://.cdn.example.com:${port}/`],
    ['a name that only ends like a wildcard', (port: number) => `https://evilcdn.example.com:${port}/`],
    ['a name with the final dot', (port: number) => `https://${HOST}.:${port}/`],
    ['another port', () => `https://${HOST}:22/`],
    ['the usual port where another is allowed', () => `https://${HOST}/`],
    ['an address', (port: number) => `https://127.0.0.1:${port}/`],
    ['an address in decimal', (port: number) => `https://2130706433:${port}/`],
    ['an address in octal', (port: number) => `https://0177.0.0.1:${port}/`],
    ['an address in hexadecimal', (port: number) => `https://0x7f000001:${port}/`],
    ['a short address', (port: number) => `https://127.1:${port}/`],
    ['an address in wide digits', (port: number) => `https://１２７.０.０.１:${port}/`],
    ['loopback in IPv6', (port: number) => `https://[::1]:${port}/`],
    ['IPv4 in IPv6', (port: number) => `https://[::ffff:127.0.0.1]:${port}/`],
    ['IPv4 behind NAT64', (port: number) => `https://[64:ff9b::7f00:1]:${port}/`],
    ['the metadata service', () => 'https://169.254.169.254/latest/meta-data/'],
    ['localhost', (port: number) => `https://localhost:${port}/`],
  ])('%s', async (_, url) => {
    const at = await stage(png);
    await refusal(at.fetchMedia(url(at.port), context()));
    expect([at.looked, at.sockets]).toEqual([[], []]);
  });
});

describe('where a name leads is checked when it connects', () => {
  const said = 'the host is at an address that is not public';

  it('a name of the list that leads to this machine is refused', async () => {
    const at = await stage(png, { loopback: false });
    expect(await refusal(at.fetchMedia(at.url, context()))).toBe(said);
    expect([at.looked, at.sockets]).toEqual([[HOST], []]);
  });

  it('a name that leads to a good address first and to a private one then is refused then (DNS rebinding)', async () => {
    const at = await stage(png, { addresses: [[LOOPBACK], ['10.0.0.1']] });
    expect((await at.fetchMedia(at.url, context())).mediaType).toBe('image/png');
    // Looked up once for one connection: there is no second answer that could differ from the checked one.
    expect(at.looked).toHaveLength(1);
    expect(await refusal(at.fetchMedia(at.url, context()))).toBe(said);
    expect([at.looked.length, at.sockets.length]).toEqual([2, 1]);
  });

  it.each([
    ['among good ones', [LOOPBACK, '169.254.169.254']],
    ['in IPv6', ['::1']],
    ['in IPv4-mapped IPv6', ['::ffff:127.0.0.1']],
    ['behind NAT64', ['64:ff9b::a9fe:a9fe']],
    ['of the machine itself', ['0.0.0.0']],
    ['of no form that is known', ['localhost']],
  ])('a private address %s is refused', async (_, addresses) => {
    const at = await stage(png, { addresses: [addresses] });
    expect(await refusal(at.fetchMedia(at.url, context()))).toBe(said);
    expect(at.sockets).toEqual([]);
  });

  it('by the system’s own look-up, where nothing else is given', async () => {
    const { port, sockets } = await listen(createTcpServer());
    const { lookup } = dns;
    closers.push(() => Object.assign(dns, { lookup }) && syncBuiltinESMExports());
    Object.assign(dns, {
      lookup: ((_, __, callback) => callback(null, [{ address: LOOPBACK, family: 4 }])) satisfies LookupFunction,
    });
    syncBuiltinESMExports();
    const fetchMedia = guardedFetchMedia({ allow: [HOST], ports: [port] });
    expect(await refusal(fetchMedia(`https://${HOST}:${port}/`, context()))).toBe(said);
    expect(sockets).toEqual([]);
  });

  it('a name that leads nowhere is refused', async () => {
    const at = await stage(png, { addresses: [[]] });
    await refusal(at.fetchMedia(at.url, context()));
    expect(at.sockets).toEqual([]);
  });

  it('an address that needs no look-up is checked as well', async () => {
    const { port, sockets } = await listen(createTcpServer());
    const connect = guardedConnector({ lookup: () => undefined, isPublic: isPublicAddress }, undefined);
    const error = await new Promise((resolve) =>
      connect({ hostname: LOOPBACK, protocol: 'https:', port: String(port) }, (...[failure]) => resolve(failure)),
    );
    expect(error).toMatchObject({ message: said });
    expect(sockets).toEqual([]);
  });

  it('the address at the other end is checked once more, whatever the look-up gave', async () => {
    const at = await stage(png);
    const lookup: LookupFunction = (_, __, callback) => callback(null, [{ address: LOOPBACK, family: 4 }]);
    let checks = 0;
    const connect = guardedConnector({ lookup, isPublic: () => ++checks === 1 }, cert);
    const error = await new Promise((resolve) =>
      connect({ hostname: HOST, host: HOST, protocol: 'https:', port: String(at.port) }, (...[failure]) =>
        resolve(failure),
      ),
    );
    expect(error).toMatchObject({ message: said });
    await closed(at.sockets[0]);
  });
});

describe('an answer is refused', () => {
  const answer =
    (status: number, headers: Record<string, string>, body: string | Buffer = PNG): RequestListener =>
    (_, response) => {
      response.writeHead(status, headers).end(body);
    };

  it.each([301, 302, 303, 307, 308])('that redirects with %d: nobody follows it', async (status) => {
    const at = await stage(
      answer(status, { location: 'https://169.254.169.254/latest/', 'content-type': 'image/png' }),
    );
    expect(await refusal(at.fetchMedia(at.url, context()))).toContain(`status ${status}`);
    expect([at.looked, at.sockets.length]).toEqual([[HOST], 1]);
    await closed(at.sockets[0]);
  });

  it.each([201, 204, 206, 304, 404, 500])('with the status %d', async (status) => {
    const at = await stage(answer(status, { 'content-type': 'image/png' }));
    expect(await refusal(at.fetchMedia(at.url, context()))).toContain(`status ${status}`);
  });

  it.each(['gzip', 'br', 'deflate', 'gzip, identity'])('that is compressed as %s', async (encoding) => {
    const at = await stage(answer(200, { 'content-type': 'image/png', 'content-encoding': encoding }, gzipSync(PNG)));
    expect(await refusal(at.fetchMedia(at.url, context()))).toContain('compressed');
    await closed(at.sockets[0]);
  });

  it.each([
    ['image', 'text/html'],
    ['image', 'application/pdf'],
    ['image', 'application/octet-stream'],
    ['image', ''],
    ['image', 'imagex/png'],
    ['audio', 'video/mp4'],
    ['video', 'image/gif'],
    ['file', 'text/html'],
    ['file', 'application/zip'],
  ] as const)('for %s that is of type "%s"', async (kind, type) => {
    const at = await stage(answer(200, { 'content-type': type }));
    expect(await refusal(at.fetchMedia(at.url, context({ kind })))).toContain(`not taken for ${kind}`);
    await closed(at.sockets[0]);
  });

  it.each([
    ['image', 'image/webp'],
    ['audio', 'audio/wav'],
    ['video', 'video/mp4'],
    ['file', 'application/pdf'],
    ['file', 'text/plain; charset=utf-8'],
    ['file', 'image/png'],
  ] as const)('for %s but not when it is of type "%s"', async (kind, type) => {
    const at = await stage(answer(200, { 'content-type': type }));
    expect((await at.fetchMedia(at.url, context({ kind }))).data).toHaveLength(PNG.length);
  });

  it('of a type that the options don’t name', async () => {
    const at = await stage(answer(200, { 'content-type': 'image/gif' }), { options: { mediaTypes: ['Image/PNG'] } });
    await refusal(at.fetchMedia(at.url, context()));
    const good = await stage(png, { options: { mediaTypes: ['Image/PNG'] } });
    expect((await good.fetchMedia(good.url, context())).mediaType).toBe('image/png');
  });

  it.each([
    ['the request', { options: {}, more: { maxBytes: 100 } }],
    ['the options', { options: { maxBytes: 100 }, more: {} }],
  ])('that says it is larger than %s allow, before it is read', async (_, { options, more }) => {
    const begin: RequestListener = (_, response) => {
      response.writeHead(200, { 'content-type': 'image/png', 'content-length': '101' }).flushHeaders();
    };
    const at = await stage(begin, { options });
    expect(await refusal(at.fetchMedia(at.url, context(more)))).toBe('the medium is larger than 100 bytes');
    await closed(at.sockets[0]);
  });

  it('that is too large without saying so, and is not read to its end', async () => {
    const at = await stage(
      (_, response) => {
        response.writeHead(200, { 'content-type': 'image/png' });
        const write = (): void => {
          while (!response.destroyed && response.write(Buffer.alloc(65_536)));
        };
        response.on('drain', write);
        write();
      },
      { options: { maxBytes: 100_000 } },
    );
    expect(await refusal(at.fetchMedia(at.url, context()))).toBe('the medium is larger than 100000 bytes');
    await closed(at.sockets[0]);
  });

  it('but not when it is exactly as large as it may be', async () => {
    const at = await stage(png, { options: { maxBytes: PNG.length } });
    expect((await at.fetchMedia(at.url, context())).data).toHaveLength(PNG.length);
  });

  it('that breaks off', async () => {
    const at = await stage((_, response) => {
      response.writeHead(200, { 'content-type': 'image/png', 'content-length': '100' });
      response.write(PNG, () => response.destroy());
    });
    expect(await refusal(at.fetchMedia(at.url, context()))).toBe(`${HOST} could not be reached`);
  });
});

describe('a fetch ends', () => {
  /** Resolves once the server is asked, and never answers the end. */
  function silent(begin: (response: ServerResponse) => void): { asked: Promise<void>; listener: RequestListener } {
    let tell: () => void = () => undefined;
    const asked = new Promise<void>((resolve) => {
      tell = resolve;
    });
    return {
      asked,
      listener: (_, response) => {
        begin(response);
        tell();
      },
    };
  }
  const nothing = (): void => undefined;
  const half = (response: ServerResponse): void => {
    response.writeHead(200, { 'content-type': 'image/png', 'content-length': '100' }).write(PNG);
  };

  it.each([
    ['does not answer', nothing],
    ['stops in the middle', half],
  ])('after 15 seconds when the host %s', async (_, begin) => {
    const { asked, listener } = silent(begin);
    const at = await stage(listener);
    const told = refusal(at.fetchMedia(at.url, context()));
    await asked;
    await at.clock.advance(15_000);
    expect(await told).toBe('the medium took too long');
    expect(at.clock.pending).toBe(0);
    await closed(at.sockets[0]);
  });

  it('after its time when the connection is never made', async () => {
    const server = createTcpServer();
    const connected = new Promise((resolve) => server.once('connection', resolve));
    const at = await stage(server, { options: { timeout: '2s' } });
    const told = refusal(at.fetchMedia(at.url, context()));
    await connected;
    await at.clock.advance(2_000);
    expect(await told).toBe('the medium took too long');
    await closed(at.sockets[0]);
  });

  it('after its time when the name is never answered', async () => {
    const clock = manualClock();
    const ground = { lookup: () => undefined, isPublic: () => true };
    const told = refusal(guardedFetch({ allow: [HOST] }, ground, clock)(`https://${HOST}/`, context()));
    await clock.advance(15_000);
    expect(await told).toBe('the medium took too long');
  });

  it.each([
    ['before the answer', nothing],
    ['in the middle of it', half],
  ])('when the request does, %s', async (_, begin) => {
    const { asked, listener } = silent(begin);
    const at: Stage = await stage(listener);
    const leave = new AbortController();
    const pending = at.fetchMedia(at.url, context({ signal: leave.signal }));
    await asked;
    leave.abort(new Error('the client left'));
    await expect(pending).rejects.toThrow('the client left');
    expect(at.clock.pending).toBe(0);
    await closed(at.sockets[0]);
  });

  it('before it begins when the request is over', async () => {
    const at = await stage(png);
    await expect(at.fetchMedia(at.url, context({ signal: AbortSignal.abort(new Error('left')) }))).rejects.toThrow(
      'left',
    );
    expect(at.looked).toEqual([]);
  });
});

describe('the options', () => {
  it.each([
    [{}, 'allow', 'an empty one'],
    [{ allow: [] }, 'allow', 'an empty one'],
    [{ allow: HOST }, 'allow', 'is no list'],
    [{ allow: ['*'] }, 'allow.0', 'is no host'],
    [{ allow: [HOST, '*.com'] }, 'allow.1', 'is no host'],
    [{ allow: ['a.*.example.com'] }, 'allow.0', 'is no host'],
    [{ allow: ['https://images.example.com'] }, 'allow.0', 'is no host'],
    [{ allow: ['images.example.com:8443'] }, 'allow.0', 'is no host'],
    [{ allow: ['images.example.com/a'] }, 'allow.0', 'is no host'],
    [{ allow: ['user@images.example.com'] }, 'allow.0', 'is no host'],
    [{ allow: ['localhost'] }, 'allow.0', 'is no host'],
    [{ allow: ['10.0.0.1'] }, 'allow.0', 'is no host'],
    [{ allow: ['0x7f.1'] }, 'allow.0', 'is no host'],
    [{ allow: ['[::1]'] }, 'allow.0', 'is no host'],
    [{ allow: [7] }, 'allow.0', 'is no host'],
    [{ allow: [HOST], maxBytes: 0 }, 'maxBytes', 'from 1 up'],
    [{ allow: [HOST], timeout: '15' }, 'timeout', '`15s`'],
    [{ allow: [HOST], mediaTypes: ['png'] }, 'mediaTypes.0', '`image/*`'],
    [{ allow: [HOST], mediaTypes: ['*/*'] }, 'mediaTypes.0', '`image/*`'],
    [{ allow: [HOST], ports: [0] }, 'ports.0', '1 to 65535'],
    [{ allow: [HOST], ports: ['443'] }, 'ports.0', '1 to 65535'],
  ])('%j are refused', (options, path, says) => {
    expect(() => guardedFetchMedia(options as unknown as GuardedFetchOptions)).toThrow(
      expect.objectContaining({
        code: 'config_invalid',
        param: `guardedFetchMedia.${path}`,
        message: expect.stringContaining(says),
      }),
    );
  });

  it.each([undefined, null, [], 'images.example.com'])('that are no object (%j) are refused', (options) => {
    expect(() => guardedFetchMedia(options as unknown as GuardedFetchOptions)).toThrow(
      expect.objectContaining({
        code: 'config_invalid',
        param: 'guardedFetchMedia',
        message: expect.stringContaining("{ allow: ['images.example.com'] }"),
      }),
    );
  });

  it.each([
    [{ allow: [HOST], alow: 1 }, 'unknown key `alow`; did you mean `allow`?'],
    [{ allowed: [HOST] }, 'unknown key `allowed`; did you mean `allow`?'],
    [{ allow: [HOST], colour: 1 }, 'unknown key `colour`; known here: allow, maxBytes, timeout, mediaTypes, ports, ca'],
  ])('with an unknown key are refused: %j', (options, says) => {
    expect(() => guardedFetchMedia(options as unknown as GuardedFetchOptions)).toThrow(
      expect.objectContaining({
        code: 'config_invalid',
        param: 'guardedFetchMedia',
        message: expect.stringContaining(says),
      }),
    );
  });

  it('take names in any letters and any script', async () => {
    const at = await stage(png, { options: { allow: ['IMAGES.Example.com', 'bücher.example.com'] } });
    expect((await at.fetchMedia(at.url, context())).mediaType).toBe('image/png');
    await refusal(at.fetchMedia(`https://bücher.example.com:${at.port}/`, context()));
    expect(at.looked).toEqual([HOST, 'xn--bcher-kva.example.com']);
  });
});
