import { type ClientRequestArgs, type RequestOptions, request } from 'node:http';
import type { Duplex } from 'node:stream';
import { connect } from 'node:tls';
import { proxyFor, proxySettings } from '../proxy.ts';

/** Milliseconds that a proxy has to open its tunnel. */
const TUNNEL_TIMEOUT = 10_000;

/** Node's own type wants a socket beside an error, too. */
type Opened = (error: Error | null, socket?: Duplex) => void;

/**
 * How an origin is reached through the proxy that the environment names for it; `{}` where it is reached directly.
 * Source: RFC 9110, 9.3.6 (CONNECT)
 */
export function proxied(
  origin: string,
  environment: Readonly<Record<string, string | undefined>>,
  tls: Readonly<Record<string, unknown>>,
): Pick<ClientRequestArgs, 'createConnection'> {
  const proxy = proxyFor(origin, proxySettings(environment));
  if (proxy === undefined) return {};
  return {
    createConnection(_, opened) {
      tunnel(new URL(proxy), new URL(origin), tls, opened as Opened);
      return undefined;
    },
  };
}

function tunnel(proxy: URL, target: URL, tls: Readonly<Record<string, unknown>>, opened: Opened): void {
  const asked = request(connectRequest(proxy, target));
  asked.setTimeout(TUNNEL_TIMEOUT, () => asked.destroy(new Error('the proxy did not answer')));
  asked.on('error', opened);
  asked.on('response', ({ statusCode }) => asked.destroy(new Error(`the proxy answered ${statusCode}`)));
  asked.on('connect', ({ statusCode }, socket) => {
    socket.setTimeout(0);
    if (statusCode !== 200) {
      socket.destroy();
      opened(new Error(`the proxy answered ${statusCode}`));
    } else
      opened(null, target.protocol === 'https:' ? connect({ servername: target.hostname, ...tls, socket }) : socket);
  });
  asked.end();
}

function connectRequest(proxy: URL, target: URL): RequestOptions {
  const { hostname, port, protocol } = target;
  const authority = `${hostname}:${port || (protocol === 'https:' ? '443' : '80')}`;
  const headers: Record<string, string> = { host: authority };
  if (proxy.username !== '') {
    const userinfo = `${decodeURIComponent(proxy.username)}:${decodeURIComponent(proxy.password)}`;
    headers['proxy-authorization'] = `Basic ${Buffer.from(userinfo).toString('base64')}`;
  }
  return { host: proxy.hostname, port: proxy.port || 80, method: 'CONNECT', path: authority, headers };
}
