import { asGatewayError, type GatewayError } from '../kit/errors.ts';
import type { LineExchange } from '../line/exchange.ts';
import { settle } from '../line/settle.ts';

/**
 * Runs `tell` as soon as a stream's exchange is cancelled, by whomever: its caller's signal, its time limit, the gateway that closes.
 * In process no mount watches over a stream that nobody reads. Gives a function that closes the upstream and tells nobody.
 */
export function whenCancelled(exchange: LineExchange, tell: (error: GatewayError) => void): (reason: unknown) => void {
  const upstream = exchange.abort;
  exchange.abort = {
    abort(reason) {
      upstream?.abort(reason);
      tell(asGatewayError(reason));
    },
  };
  return (reason) => upstream?.abort(reason);
}

/** Settles a stream that had begun, by the error that ended it. */
export function settleWith(exchange: LineExchange, error: GatewayError): void {
  if (error.code === 'upstream_timeout') exchange.openFault = { kind: 'timeout', message: error.message };
  settle(exchange, error.kind === 'gone' ? 'cancelled' : 'fault', 200, error);
}
