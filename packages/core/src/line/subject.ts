import type { EventSubject } from './events.ts';
import type { LineExchange } from './exchange.ts';

/** Who and what an event is about. */
export function subjectOf(exchange: LineExchange): EventSubject {
  return { id: exchange.id, operation: exchange.route.operation, model: exchange.model, caller: exchange.caller?.id };
}
