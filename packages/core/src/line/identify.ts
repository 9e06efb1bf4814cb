import type { Caller, Code } from '../config/types.ts';
import { presentedKey } from '../keys/presented.ts';
import { AccessError, type GatewayError, isGatewayError } from '../kit/errors.ts';
import { isThenable } from '../kit/thenable.ts';
import type { LineExchange } from './exchange.ts';

type Resolver = NonNullable<Code['access']>['identify'];

const NOBODY: Caller = { id: 'open' };

/**
 * identify: who is calling. A resolver that throws, or gives nothing or no id, is a refusal and never a default.
 * Throws AccessError `unauthenticated`, or what is the matter with a key; an error of ours that the resolver throws keeps its own status.
 */
export function identify(exchange: LineExchange): void | Promise<void> {
  const { access } = exchange.line.settings;
  if (exchange.caller !== undefined) return;
  if (access === 'open') exchange.caller = NOBODY;
  else if ('keys' in access) return byKey(exchange, access.keys.fromQuery);
  else {
    const asking = ask(exchange, access.identify);
    return asking === undefined ? meet(exchange) : asking.then(() => meet(exchange));
  }
}

function byKey(exchange: LineExchange, fromQuery: boolean): void | Promise<void> {
  const key = presentedKey(exchange.request, fromQuery);
  if (key === undefined) throw new AccessError('unauthenticated', 'The request carries no key.');
  const { callers } = exchange.line;
  return named(exchange, callers?.keys?.callerOf(key));
}

/** What the store says of those whom a caller of the host's belongs to; once for each request, also of one in process. */
export function meet(exchange: LineExchange): void | Promise<void> {
  const { caller, line } = exchange;
  const people = line.callers?.people;
  if (people !== undefined && caller !== undefined) return named(exchange, people.meet(caller));
}

function named(exchange: LineExchange, caller: Caller | undefined | Promise<Caller>): void | Promise<void> {
  if (isThenable(caller))
    return caller.then((found) => {
      exchange.caller = found;
    });
  exchange.caller = checked(caller);
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
  checkNames(caller, 'models');
  checkNames(caller, 'regions');
  return caller;
}

function checkNames(caller: Caller, member: 'models' | 'regions'): void {
  const names = caller[member];
  if (names === undefined || (Array.isArray(names) && names.every((name) => typeof name === 'string'))) return;
  throw new AccessError('unauthenticated', 'The caller is unknown.', {
    cause: new TypeError(`${member} of a caller must be a list of strings`),
  });
}
