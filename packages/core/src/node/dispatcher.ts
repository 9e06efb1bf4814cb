import type { buildConnector } from 'undici';
import type { CancelSignal } from '../kit/cancel.ts';
import { UpstreamError } from '../kit/errors.ts';
import { isByteSource } from '../transport/byte-source.ts';
import type { Dispatcher, WireRequest, WireResponse } from '../transport/dispatcher.ts';
import { decoded, type InflateCaps } from './inflate.ts';
import { OriginPool } from './origin-pool.ts';
import { ProxyPool, type ProxySettings, proxyFor, proxySettings } from './proxy.ts';
import { StreamRequest } from './stream-request.ts';

/** Settings of {@link nodeDispatcher}. */
export interface DispatcherOptions {
  /** Where HTTP_PROXY, HTTPS_PROXY and NO_PROXY are read, once. Default: none of them. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** Further options of TLS and TCP connects, such as `ca`. */
  readonly connect?: buildConnector.BuildOptions;
  /** Caps on answers that come compressed although they were asked for plain. Default 64 MiB and 100 to 1. */
  readonly inflate?: InflateCaps;
}

/**
 * The Dispatcher of Node: HTTP/1.1 by undici, kept connections per origin, no timers of its own, redirects given as answers. Idle connections don't
 * keep the process alive.
 */
export function nodeDispatcher(options: DispatcherOptions = {}): Dispatcher {
  return new NodeDispatcher(options);
}

type AnyPool = OriginPool | ProxyPool;

class NodeDispatcher implements Dispatcher {
  readonly #options: DispatcherOptions;
  readonly #proxies: ProxySettings;
  readonly #pools = new Map<string, AnyPool>();
  #closed = false;

  constructor(options: DispatcherOptions) {
    this.#options = options;
    this.#proxies = proxySettings(options.environment ?? {});
  }

  async dispatch(asked: WireRequest, signal: CancelSignal): Promise<WireResponse> {
    if (signal.aborted) throw signal.reason;
    if (this.#closed) throw new UpstreamError('upstream_unavailable', 'The gateway is shutting down.');
    const { body } = asked;
    const request =
      asked.stream === true && body !== undefined && !isByteSource(body) ? new StreamRequest(asked, body) : asked;
    const response = await this.#pool(request.origin).call(request, headerList(request), signal);
    return decoded(response, this.#options.inflate);
  }

  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all([...this.#pools.values()].map((pool) => pool.close()));
    this.#pools.clear();
  }

  #pool(origin: string): AnyPool {
    const known = this.#pools.get(origin);
    if (known !== undefined) return known;
    const proxy = proxyFor(origin, this.#proxies);
    const pool =
      proxy === undefined
        ? new OriginPool(origin, this.#options.connect)
        : new ProxyPool(origin, proxy, this.#options.connect);
    this.#pools.set(origin, pool);
    return pool;
  }
}

/** Names and values in turn, undici's fastest form. Postern asks for plain answers: it looks into them. */
function headerList({ headers, body }: WireRequest): string[] {
  const list: string[] = [];
  for (const name of Object.keys(headers)) list.push(name, headers[name] ?? '');
  if (headers['accept-encoding'] === undefined) list.push('accept-encoding', 'identity');
  // Of what is held undici knows the length itself.
  if (isByteSource(body) && body.size !== undefined) list.push('content-length', String(body.size));
  return list;
}
