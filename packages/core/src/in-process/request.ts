import type { Caller } from '../config/types.ts';
import { Cancellation } from '../kit/cancel.ts';
import { AccessError } from '../kit/errors.ts';
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
const NONE: Readonly<Record<string, string>> = Object.freeze({});

/**
 * A request that came by no wire. `body` may be made when it is read, so that what is wrong with it is found on the line.
 * Throws AccessError `unauthenticated` for a caller without an id: in process there is no default one either.
 */
export function requestInProcess(
  path: string,
  body: Body | (() => Body) | undefined,
  calling: Calling,
): GatewayRequest<undefined> {
  assertCaller(calling);
  const { signal = NEVER, headers = NONE } = calling;
  const mark = path.indexOf('?');
  return {
    method: 'POST',
    path: mark < 0 ? path : path.slice(0, mark),
    query: mark < 0 ? NO_QUERY : new URLSearchParams(path.slice(mark + 1)),
    header: (name) => (Object.hasOwn(headers, name) ? headers[name] : undefined),
    async body() {
      if (body === undefined) throw new TypeError('a request without a body');
      return typeof body === 'function' ? body() : body;
    },
    signal,
    host: undefined,
  };
}

function assertCaller(calling: Partial<Calling> | undefined): void {
  const id: unknown = calling?.caller?.id;
  if (typeof id === 'string' && id !== '') return;
  throw new AccessError('unauthenticated', 'In process the caller must be given, with an id: { caller: { id } }.');
}
