import { keyIn, offeredProtocols } from '../../adapters/realtime/protocols.ts';
import type { CancelSignal } from '../../kit/cancel.ts';
import { AccessError, RequestError } from '../../kit/errors.ts';
import type { Body } from '../../transport/body.ts';
import type { GatewayRequest } from '../../transport/gateway-request.ts';

/**
 * The request that opens a session, as `access.identify` sees it: a key that a browser put among its subprotocols, as it can set no headers, stands in
 * `authorization`. It is for us; nothing of it goes on.
 */
export class SessionRequest implements GatewayRequest {
  readonly #request: GatewayRequest;
  readonly #key: string | undefined;

  constructor(request: GatewayRequest) {
    this.#request = request;
    this.#key = keyIn(offeredProtocols(request.header('sec-websocket-protocol')));
  }

  get method(): string {
    return this.#request.method;
  }
  get path(): string {
    return this.#request.path;
  }
  get query(): URLSearchParams {
    return this.#request.query;
  }
  get remoteAddress(): string | undefined {
    return this.#request.remoteAddress;
  }
  get signal(): CancelSignal {
    return this.#request.signal;
  }
  get host(): unknown {
    return this.#request.host;
  }

  header(name: string): string | undefined {
    const given = this.#request.header(name);
    if (name !== 'authorization' || given !== undefined || this.#key === undefined) return given;
    return `Bearer ${this.#key}`;
  }

  body(): Promise<Body> {
    return Promise.reject(new RequestError('invalid_request', 'A session has no body.'));
  }

  /** Throws AccessError when header and subprotocol carry two different keys: one of them would be ignored. */
  checkKeys(): void {
    const given = this.#request.header('authorization');
    if (this.#key === undefined || given === undefined || given === `Bearer ${this.#key}`) return;
    throw new AccessError('unauthenticated', 'The header and the subprotocol carry different keys.');
  }
}

const KEY = /^[+/0-9A-Za-z]{22}==$/;

/** Is this a WebSocket handshake? Checked before anything is dialled. Throws RequestError. Source: RFC 6455, 4.2.1 */
export function checkHandshake(request: GatewayRequest): void {
  const is = (name: string, wanted: string): boolean => request.header(name)?.toLowerCase() === wanted;
  const fits =
    request.method === 'GET' &&
    is('upgrade', 'websocket') &&
    is('sec-websocket-version', '13') &&
    KEY.test(request.header('sec-websocket-key') ?? '');
  if (!fits)
    throw new RequestError('invalid_request', 'This is no WebSocket handshake of version 13.', {
      headers: { 'sec-websocket-version': '13' },
    });
}

/**
 * Browsers let any page open a WebSocket to any server and send its cookies along, unlike requests, which CORS governs. So a handshake with cookies
 * must come from a page of this host, or of an origin that is allowed. Throws AccessError `forbidden`.
 */
export function checkOrigin(request: GatewayRequest, allowed: readonly string[]): void {
  const origin = request.header('origin');
  if (origin === undefined || request.header('cookie') === undefined || allowed.includes(origin)) return;
  const own = URL.canParse(origin) && new URL(origin).host === request.header('host')?.toLowerCase();
  if (!own) throw new AccessError('forbidden', 'Pages of this origin may not open sessions here.');
}
