import type { GatewayError } from '../../kit/errors.ts';
import type { Adapter, Exchange } from '../adapter.ts';
import { record } from '../shared/read.ts';

/**
 * An error as an event of a session. Most leave the session open.
 * Source: https://platform.openai.com/docs/api-reference/realtime-server-events/error
 *
 * @param about the client's own id of the event at fault; null for none
 */
export function errorEvent(error: GatewayError, adapter: Adapter, exchange: Exchange, about: string | null): string {
  const told = record(record(adapter.server.fault(error, exchange).body)?.['error']) ?? {};
  return JSON.stringify({ type: 'error', event_id: exchange.newId('event_'), error: { ...told, event_id: about } });
}
