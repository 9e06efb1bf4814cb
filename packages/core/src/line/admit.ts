import { LimitError } from '../kit/errors.ts';
import type { LineExchange } from './exchange.ts';
import { giveBack } from './settle.ts';
import { storeCall } from './store-call.ts';

const NO_SCOPES = Object.freeze([]);
const ONE_REQUEST = Object.freeze({ requests: 1, concurrency: 1 });

/**
 * admit: reserves what the request may consume over all scopes of the caller, in one atomic step.
 * No scope carries a limit yet, so nothing is refused; `settle` gives back what is reserved here. Throws LimitError.
 */
export async function admit(exchange: LineExchange): Promise<void> {
  const call = storeCall(exchange);
  const expires = call.now + (exchange.plan[0]?.alias.total ?? 0);
  const granted = await exchange.line.store.limits.admit(
    { id: exchange.id, scopes: NO_SCOPES, amounts: ONE_REQUEST, expires, onExpiry: 'release' },
    call,
  );
  if (!granted.granted) {
    const retryAfter = Math.max(1, Math.ceil((granted.resetAt - call.now) / 1000));
    throw new LimitError('rate_limited', `The limit '${granted.limit}' of ${granted.scope} is reached.`, {
      retryAfter,
    });
  }
  exchange.reserved = true;
  // Over meanwhile: what settled it could not know of the reservation.
  if (exchange.cancelled !== undefined) void giveBack(exchange);
  exchange.goOn();
}
