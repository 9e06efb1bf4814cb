import type { Call } from '../store/store.ts';
import type { LineExchange } from './exchange.ts';

/** Milliseconds that a store has to answer. */
const STORE_TIMEOUT = 50;

/** The moment of a store call that is made now. */
export function storeCall(exchange: LineExchange): Call {
  const now = exchange.line.platform.clock.now();
  return { now, deadline: now + STORE_TIMEOUT };
}
