import { textOf } from '../kit/text-of.ts';
import type { Amounts, LimitState } from '../store/store.ts';
import type { LineExchange } from './exchange.ts';
import { storeCall } from './store-call.ts';

const NONE: readonly LimitState[] = Object.freeze([]);

/** Puts what was used in the place of what was reserved. Never rejects: what the store fails at is told to the operator. */
export async function settleReservation(
  exchange: LineExchange,
  id: string,
  used: Amounts,
): Promise<readonly LimitState[]> {
  const { pending, settings, store } = exchange.line;
  pending.begin();
  try {
    return (await store.limits.settle(id, used, storeCall(exchange))).scopes;
  } catch (cause) {
    settings.log.error('the store failed to settle a request', { request: exchange.id, cause: textOf(cause) });
    return NONE;
  } finally {
    pending.end();
  }
}
