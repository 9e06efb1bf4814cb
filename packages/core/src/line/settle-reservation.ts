import type { Amounts, Granted } from '../store/store.ts';
import type { LineExchange } from './exchange.ts';
import { storeCall } from './store-call.ts';
import { tellCrossed } from './tell-crossed.ts';

/**
 * Puts what was used in the place of what was reserved, and tells which soft limits gave way. Never rejects: what the store could not be told it is told
 * later.
 */
export async function settleReservation(exchange: LineExchange, id: string, used: Amounts): Promise<void> {
  const { books, pending, store } = exchange.line;
  let answer: Granted;
  pending.begin();
  try {
    answer = await store.limits.settle(id, used, storeCall(exchange));
  } catch {
    return books.settle(id, used);
  } finally {
    pending.end();
  }
  tellCrossed(exchange, answer.scopes);
}
