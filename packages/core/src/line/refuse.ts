import { asGatewayError, type GatewayError } from '../kit/errors.ts';
import { textOf } from '../kit/text-of.ts';
import type { GatewayReply } from '../transport/gateway-request.ts';
import type { LineExchange } from './exchange.ts';
import { posternHeaders } from './headers.ts';
import { settleCancelled } from './settle.ts';

/** Codes after which an SDK's own retry can only waste: the gateway has retried, or nothing will change. */
const FINAL: ReadonlySet<GatewayError['kind']> = new Set(['access', 'guard', 'config', 'upstream']);

/** The error exit of every step: one clear error in the client's own format. Settles the request; what the client must not see goes to the log. */
export function refuse(exchange: LineExchange, thrown: unknown): GatewayReply {
  const error = asGatewayError(thrown);
  note(exchange, error);
  settleCancelled(exchange, error);
  return errorReply(exchange, error);
}

function errorReply(exchange: LineExchange, error: GatewayError): GatewayReply {
  const rendered = exchange.adapter?.server.fault(error, exchange) ?? {
    status: error.status,
    headers: {},
    body: { error: { message: error.message, code: error.code } },
  };
  const headers: Record<string, string> = {
    ...rendered.headers,
    ...error.headers,
    ...posternHeaders(exchange, 'application/json', []),
  };
  if (error.retryAfter !== undefined) headers['retry-after'] = String(Math.ceil(error.retryAfter));
  if (error.shouldRetry === false || (error.shouldRetry === undefined && FINAL.has(error.kind)))
    headers['x-should-retry'] = 'false';
  return { status: rendered.status, headers, body: JSON.stringify(rendered.body), cancel: () => {} };
}

/** Faults of our own or of a hook. Those of the operator's account are told with their attempt, see `record.ts`. */
function note(exchange: LineExchange, error: GatewayError): void {
  if (error.kind !== 'internal') return;
  const fields = { request: exchange.id, model: exchange.model, provider: exchange.target?.provider };
  exchange.line.settings.log.error('a request failed inside the gateway', { ...fields, cause: textOf(error.cause) });
}
