import { Cancellation, type CancelSignal } from '../kit/cancel.ts';
import { ClientGone } from '../kit/errors.ts';
import type { Body } from '../transport/body.ts';
import type { BodyLimits, GatewayRequest } from '../transport/gateway-request.ts';
import { readBody } from './read-body.ts';
import { readStream } from './upload.ts';

/**
 * A Fetch `Request` as the gateway takes it.
 *
 * @param host the framework's own request; the Request itself where there is none
 * @param path below the mount's prefix; default: the URL's own
 */
export function requestOf<Host>(request: Request, host: Host, path?: string): GatewayRequest<Host> {
  return new FetchRequest(request, host, path);
}

class FetchRequest<Host> implements GatewayRequest<Host> {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly host: Host;
  readonly #request: Request;
  #gone: Cancellation | undefined;
  #body: Promise<Body> | undefined;

  constructor(request: Request, host: Host, path: string | undefined) {
    const url = new URL(request.url);
    this.method = request.method;
    this.path = path ?? url.pathname;
    this.query = url.searchParams;
    this.host = host;
    this.#request = request;
  }

  get signal(): CancelSignal {
    this.#gone ??= goneSignal(this.#request.signal);
    return this.#gone;
  }

  header(name: string): string | undefined {
    return this.#request.headers.get(name) ?? undefined;
  }

  body(limits: BodyLimits): Promise<Body> {
    this.#body ??= readBody(this.#request, limits);
    return this.#body;
  }

  upload(): AsyncIterable<Uint8Array> {
    return readStream(this.#request);
  }
}

function goneSignal(signal: AbortSignal): Cancellation {
  const gone = new Cancellation();
  const abort = (): void => gone.abort(new ClientGone(signal.reason));
  if (signal.aborted) abort();
  else signal.addEventListener('abort', abort, { once: true });
  return gone;
}
