import { asGatewayError, type GatewayError } from '../kit/errors.ts';
import type { LineExchange } from '../line/exchange.ts';
import { settleCancelled } from '../line/settle.ts';

/**
 * Runs `tell` as soon as a stream's exchange is cancelled, by whomever: its caller's signal, its time limit, the gateway that closes.
 * In process no mount watches over a stream that nobody reads. Gives a function that closes the upstream and tells nobody.
 */
export function whenCancelled(exchange: LineExchange, tell: (error: GatewayError) => void): (reason: unknown) => void {
  const { onCancel } = exchange;
  exchange.onCancel = (reason) => {
    onCancel(reason);
    tell(asGatewayError(reason));
  };
  return (reason) => exchange.abort?.abort(reason);
}

/** Settles a stream that had begun, by the error that ended it. */
export function settleWith(exchange: LineExchange, error: GatewayError): void {
  exchange.replied = true;
  settleCancelled(exchange, error);
}
