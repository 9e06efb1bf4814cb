import { type ClientRequestArgs, request } from 'node:http';
import { Agent } from 'node:https';
import type { Duplex } from 'node:stream';
import { connect } from 'node:tls';
import { proxyFor, proxySettings } from '../proxy.ts';

/** Milliseconds that a proxy has to open its tunnel. */
const TUNNEL_TIMEOUT = 10_000;

/**
 * The agent that reaches an https origin through the proxy that the environment names for it; `{}` where it is reached directly.
 * Source: RFC 9110, 9.3.6 (CONNECT)
 */
export function proxied(
  origin: string,
  environment: Readonly<Record<string, string | undefined>>,
  tls: Readonly<Record<string, unknown>>,
): { agent?: Agent } {
  const proxy = proxyFor(origin, proxySettings(environment));
  return proxy === undefined ? {} : { agent: new TunnelAgent(new URL(proxy), new URL(origin), tls) };
}

type Opened = (error: Error | null, socket?: Duplex) => void;

class TunnelAgent extends Agent {
  readonly #proxy: URL;
  readonly #target: URL;
  readonly #tls: Readonly<Record<string, unknown>>;

  constructor(proxy: URL, target: URL, tls: Readonly<Record<string, unknown>>) {
    super({ keepAlive: false });
    this.#proxy = proxy;
    this.#target = target;
    this.#tls = tls;
  }

  override createConnection(_options: ClientRequestArgs, opened: Opened): undefined {
    const { hostname, port, username, password } = this.#proxy;
    const { hostname: host, port: targetPort, protocol } = this.#target;
    const authority = `${host}:${targetPort || (protocol === 'https:' ? '443' : '80')}`;
    const headers: Record<string, string> = { host: authority };
    if (username !== '') {
      const userinfo = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
      headers['proxy-authorization'] = `Basic ${Buffer.from(userinfo).toString('base64')}`;
    }
    const asked = request({ host: hostname, port: port || 80, method: 'CONNECT', path: authority, headers });
    asked.setTimeout(TUNNEL_TIMEOUT, () => asked.destroy(new Error('the proxy did not answer')));
    asked.on('error', (error) => opened(error));
    asked.on('connect', (response, socket) => {
      asked.setTimeout(0);
      if (response.statusCode !== 200) {
        socket.destroy();
        opened(new Error(`the proxy answered ${response.statusCode}`));
      } else if (protocol === 'https:') {
        const secured = connect({ servername: host, ...this.#tls, socket });
        opened(null, secured);
      } else opened(null, socket);
    });
    asked.end();
    return undefined;
  }
}
