import type { Caller } from '../config/types.ts';
import { Cancellation } from '../kit/cancel.ts';
import type { Body } from '../transport/body.ts';
import type { GatewayRequest } from '../transport/gateway-request.ts';

/** Who calls, and how it can be ended. */
export interface Calling {
  /** The host vouches for it: no `access` is asked. */
  readonly caller: Caller;
  /** Aborting it is the client leaving. */
  readonly signal?: AbortSignal;
  /** Further request headers, lower-case names, for wire forms that read some. */
  readonly headers?: Readonly<Record<string, string>>;
}

const NEVER = new Cancellation();
const NO_QUERY = new URLSearchParams();

/** A request that came by no wire. */
export function requestInProcess(path: string, body: Body | undefined, calling: Calling): GatewayRequest<undefined> {
  const mark = path.indexOf('?');
  return {
    method: 'POST',
    path: mark < 0 ? path : path.slice(0, mark),
    query: mark < 0 ? NO_QUERY : new URLSearchParams(path.slice(mark + 1)),
    header: (name) =>
      calling.headers !== undefined && Object.hasOwn(calling.headers, name) ? calling.headers[name] : undefined,
    body: () =>
      body === undefined ? Promise.reject(new TypeError('a request without a body')) : Promise.resolve(body),
    signal: calling.signal ?? NEVER,
    host: undefined,
  };
}
