import { RequestError } from '../kit/errors.ts';
import type { GatewayReply } from '../transport/gateway-request.ts';
import type { LineExchange } from './exchange.ts';
import { answered } from './models.ts';

/** `GET /explain/{request-id}`. Throws RequestError `resource_not_found`. */
export function explain(exchange: LineExchange): GatewayReply {
  const { caller, line, route } = exchange;
  const told = line.explained?.of(caller?.id, route.parameters['id'] ?? '');
  if (told === undefined)
    throw new RequestError(
      'resource_not_found',
      'No request of this id that is over, that you made, and that is remembered.',
    );
  return answered(exchange, told);
}
