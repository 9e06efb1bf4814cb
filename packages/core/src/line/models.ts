import type { ModelEntry } from '../adapters/adapter.ts';
import { RequestError } from '../kit/errors.ts';
import type { GatewayReply } from '../transport/gateway-request.ts';
import type { LineExchange } from './exchange.ts';
import { posternHeaders } from './headers.ts';
import { mayUse } from './may-use.ts';
import { settle } from './settle.ts';

/** `/v1/models`, `/v1/models/{id}` and their kin, whose path or body names the model: what this caller may ask for, answered here. Throws RequestError `model_not_found`. */
export function listModels(exchange: LineExchange): GatewayReply {
  const { adapter, caller, line, route } = exchange;
  const models = line.router.models.filter((model) => mayUse(caller, model.id));
  const body =
    route.operation === 'models'
      ? adapter?.server.models?.(models, exchange.inbound)
      : adapter?.server.model?.(oneOf(models, route.parameters['model'] ?? exchange.peek.model));
  return answered(exchange, body);
}

function oneOf(models: readonly ModelEntry[], id: string): ModelEntry {
  const found = models.find((model) => model.id === id);
  if (found === undefined)
    throw new RequestError('model_not_found', `The model '${id.slice(0, 200)}' does not exist or is not served here.`, {
      param: 'model',
    });
  return found;
}

/** `/health`: the gateway is there and takes requests. Says nothing of callers, models or providers, so it asks for no identity. */
export function health(exchange: LineExchange): GatewayReply {
  return answered(exchange, { status: 'ok' });
}

/** An answer that needed no provider. */
export function answered(exchange: LineExchange, body: unknown): GatewayReply {
  settle(exchange, 'ok', 200);
  return {
    status: 200,
    headers: posternHeaders(exchange, 'application/json'),
    body: JSON.stringify(body),
    cancel: () => {},
  };
}
