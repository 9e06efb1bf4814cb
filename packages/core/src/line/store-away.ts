import type { ScopeKind } from '../config/limit-types.ts';
import { LimitError } from '../kit/errors.ts';
import { textOf } from '../kit/text-of.ts';
import type { Reservation, ScopeId } from '../store/store.ts';
import type { LineExchange } from './exchange.ts';
import { subjectOf } from './subject.ts';

/** Seconds after which a client may try again. */
const RETRY_AFTER = 1;

/** The refusal of what needs the store. */
export const unavailable = (cause: unknown): LimitError =>
  new LimitError('store_unavailable', 'What the gateway needs to know of limits can not be read now.', {
    retryAfter: RETRY_AFTER,
    cause,
  });

const kindOf = (scope: ScopeId): ScopeKind => scope.slice(0, scope.indexOf(':')) as ScopeKind;

/**
 * The store could not be asked whether something fits into its limits. Where one of the scopes is closed then, the refusal; else undefined: it goes on,
 * uncounted for now.
 */
export function uncheckedBy(
  exchange: LineExchange,
  scopes: Reservation['scopes'],
  cause: unknown,
): LimitError | undefined {
  const { books, events, settings } = exchange.line;
  // No store counts so much: that is no outage, and opens nothing.
  if (cause instanceof RangeError)
    return new LimitError('rate_limited', 'The request asks for more than can be counted.', { cause });
  const { isOpen } = settings.storage;
  const open = scopes.every(({ scope }) => isOpen(kindOf(scope)));
  const does = open ? 'served, and their limits are not looked at' : 'refused';
  books.tell(`the store does not answer: requests are ${does}`, { request: exchange.id, cause: textOf(cause) });
  if (!open) return unavailable(cause);
  if (scopes.length === 0) return undefined;
  exchange.unchecked = true;
  if (events.listens('limits-unchecked'))
    events.emit('limits-unchecked', { ...subjectOf(exchange), scopes: scopes.map(({ scope }) => scope) });
  return undefined;
}
