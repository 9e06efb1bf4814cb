import type { Amounts, LimitState } from '../store/store.ts';
import type { LineExchange } from './exchange.ts';
import { storeCall } from './store-call.ts';

const NONE: readonly LimitState[] = Object.freeze([]);

/** Puts what was used in the place of what was reserved. Never rejects: what the store could not be told it is told later. */
export async function settleReservation(
  exchange: LineExchange,
  id: string,
  used: Amounts,
): Promise<readonly LimitState[]> {
  const { books, pending, store } = exchange.line;
  pending.begin();
  try {
    return (await store.limits.settle(id, used, storeCall(exchange))).scopes;
  } catch {
    books.settle(id, used);
    return NONE;
  } finally {
    pending.end();
  }
}
