import type { Call } from '../store/store.ts';
import type { LineExchange } from './exchange.ts';

/** The moment of a store call that is made now. */
export function storeCall(exchange: LineExchange): Call {
  const { platform, settings } = exchange.line;
  const now = platform.clock.now();
  return { now, deadline: now + settings.storage.timeout };
}
