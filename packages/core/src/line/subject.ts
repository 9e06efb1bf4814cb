import type { EventSubject } from './events.ts';
import type { LineExchange } from './exchange.ts';

/** Who and what an event is about. */
export function subjectOf(exchange: LineExchange): EventSubject {
  const { caller, dry, id, model, route } = exchange;
  const subject: EventSubject = { id, operation: route.operation, model, caller: caller?.id };
  return dry ? { ...subject, dry } : subject;
}
