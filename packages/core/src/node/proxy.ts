import { type buildConnector, ProxyAgent } from 'undici';
import type { CancelSignal } from '../kit/cancel.ts';
import type { WireRequest, WireResponse } from '../transport/dispatcher.ts';
import { CONNECT_OPTIONS } from './origin-pool.ts';
import { CONNECTION_OPTIONS } from './pooled-line.ts';
import { uploadBody } from './upload-body.ts';
import { type Line, WireCall } from './wire-call.ts';

/** The proxies that the environment names. */
export interface ProxySettings {
  /** By the scheme of the origin. */
  readonly http: string | undefined;
  readonly https: string | undefined;
  readonly bypass: readonly ProxyBypass[];
}

/** An entry of NO_PROXY: a host and all below it, on one port or any. `*` is every host. */
interface ProxyBypass {
  readonly host: string;
  readonly port: string | undefined;
}

/**
 * Reads `http_proxy`, `https_proxy` and `no_proxy`, lower case first, then upper case. Without an https proxy the http one serves https too.
 * Source: https://undici.nodejs.org/#/docs/api/EnvHttpProxyAgent
 */
export function proxySettings(environment: Readonly<Record<string, string | undefined>>): ProxySettings {
  const read = (name: string): string | undefined => environment[name] || environment[name.toUpperCase()] || undefined;
  const http = read('http_proxy');
  return {
    http,
    https: read('https_proxy') ?? http,
    bypass: (read('no_proxy') ?? '')
      .split(/[\s,]+/)
      .filter(Boolean)
      .map(bypassOf),
  };
}

function bypassOf(entry: string): ProxyBypass {
  const [, host = entry, port] = /^(.+?)(?::(\d+))?$/.exec(bare(entry)) ?? [];
  return { host: host.replace(/^\*?\./, '').toLowerCase(), port };
}

/** `[::1]:80` keeps its brackets, `::1` gets some: then the last colon is the port's. */
const bare = (entry: string): string => (/^[^[]*:.*:/.test(entry) ? `[${entry}]` : entry);

/** A proxy has another loopback than we have. */
const LOOPBACK = /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;

/** The proxy for an origin, or undefined where it is to be reached directly: loopback always is. */
export function proxyFor(origin: string, settings: ProxySettings): string | undefined {
  const { protocol, hostname, port } = new URL(origin);
  const proxy = protocol === 'https:' ? settings.https : settings.http;
  if (proxy === undefined || LOOPBACK.test(hostname)) return undefined;
  const actual = port || (protocol === 'https:' ? '443' : '80');
  return settings.bypass.some((entry) => matches(entry, hostname.toLowerCase(), actual)) ? undefined : proxy;
}

function matches(entry: ProxyBypass, hostname: string, port: string): boolean {
  if (entry.port !== undefined && entry.port !== port) return false;
  return entry.host === '*' || hostname === entry.host || hostname.endsWith(`.${entry.host}`);
}

/** Connections to one origin through a proxy. */
export class ProxyPool {
  readonly #origin: string;
  readonly #agent: ProxyAgent;

  constructor(origin: string, proxy: string, connect: buildConnector.BuildOptions = {}) {
    this.#origin = origin;
    this.#agent = new ProxyAgent({ ...CONNECTION_OPTIONS, uri: proxy, requestTls: { ...CONNECT_OPTIONS, ...connect } });
  }

  call(request: WireRequest, headers: string[], signal: CancelSignal): Promise<WireResponse> {
    const { method, path } = request;
    return new Promise((resolve, reject) => {
      this.#agent.dispatch(
        { origin: this.#origin, method, path, headers, body: uploadBody(request.body) },
        new WireCall(unpooled, signal, resolve, reject),
      );
    });
  }

  close(): Promise<void> {
    return this.#agent.close();
  }
}

/** undici's own pool behind the proxy doesn't tell which connection it took. */
const unpooled: Line = { reused: false, interrupt: () => undefined, release: () => undefined };
