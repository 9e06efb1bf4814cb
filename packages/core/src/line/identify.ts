import type { AccessSettings } from '../config/settings.ts';
import type { Caller } from '../config/types.ts';
import { AccessError, type GatewayError, isGatewayError } from '../kit/errors.ts';
import { isThenable } from '../kit/thenable.ts';
import type { LineExchange } from './exchange.ts';

type Resolver = Exclude<AccessSettings, 'open'>['identify'];

const NOBODY: Caller = { id: 'open' };

/**
 * identify: who is calling. A resolver that throws, or gives nothing or no id, is a refusal and never a default.
 * Throws AccessError `unauthenticated`; an error of ours that the resolver throws keeps its own status.
 */
export function identify(exchange: LineExchange): void | Promise<void> {
  const { access } = exchange.line.settings;
  if (exchange.caller !== undefined) return;
  if (access === 'open') exchange.caller = NOBODY;
  else return ask(exchange, access.identify);
}

function ask(exchange: LineExchange, resolver: Resolver): void | Promise<void> {
  try {
    const caller = resolver(exchange.request);
    if (isThenable(caller)) return wait(exchange, caller);
    exchange.caller = checked(caller);
  } catch (cause) {
    throw refusal(cause);
  }
}

async function wait(exchange: LineExchange, caller: PromiseLike<Caller | undefined>): Promise<void> {
  try {
    exchange.caller = checked(await caller);
  } catch (cause) {
    throw refusal(cause);
  }
}

function refusal(cause: unknown): GatewayError {
  if (isGatewayError(cause)) return cause;
  return new AccessError('unauthenticated', 'The caller could not be identified.', { cause });
}

/** What a resolver gave, as a caller. It is the host's own object: even to look at it may throw. */
function checked(caller: Caller | undefined): Caller {
  if (typeof caller !== 'object' || caller === null || typeof caller.id !== 'string' || caller.id === '') {
    throw new AccessError('unauthenticated', 'The caller is unknown.');
  }
  if (
    caller.models !== undefined &&
    !(Array.isArray(caller.models) && caller.models.every((model) => typeof model === 'string'))
  ) {
    throw new AccessError('unauthenticated', 'The caller is unknown.', {
      cause: new TypeError('models of a caller must be a list of strings'),
    });
  }
  return caller;
}
