import type { Peek } from '../adapters/adapter.ts';
import { operationOf } from '../adapters/index.ts';
import { RequestError } from '../kit/errors.ts';
import { nameWithin } from '../kit/longest-name.ts';
import { isForm } from '../transport/multipart.ts';
import { withDefaultModel } from './default-model.ts';
import { endUserOf } from './end-user.ts';
import type { LineExchange } from './exchange.ts';
import { readForm } from './form/read.ts';
import { readRelayed } from './relay/read.ts';
import { withoutOptions } from './request-options.ts';

/**
 * read: the body, with its caps, and of it the fields that decisions rest on. The rest passes unjudged.
 * Throws RequestError.
 */
export async function read(exchange: LineExchange): Promise<void> {
  const { request, route, line, adapter } = exchange;
  if (route.relay !== undefined) return readRelayed(exchange, route.relay);
  if (route.method !== request.method && request.method !== 'HEAD') {
    throw new RequestError('method_not_allowed', `${request.method} is not allowed here; use ${route.method}.`, {
      headers: { allow: route.method },
    });
  }
  if (adapter === undefined || route.method === 'GET') return;
  const body = takesForm(exchange) ? await readForm(exchange) : await request.body(line.settings.body);
  const own = withoutOptions(exchange, body);
  exchange.body = line.settings.defaults.size === 0 ? own : withDefaultModel(exchange, own);
  const peek = peekOf(exchange);
  nameWithin(peek.model);
  exchange.peek = route.via === undefined ? peek : { ...peek, model: `${route.via}/${peek.model}` };
  exchange.endUser = endUserOf(exchange);
  // The first token can't come before the upload is over.
  if (exchange.body.more !== undefined) exchange.peek = { ...exchange.peek, slow: true };
}

/** Does the client send a form, where the operation takes one? Throws RequestError when it takes nothing else. */
function takesForm({ adapter, route, request }: LineExchange): boolean {
  const form = adapter && operationOf(adapter, route.operation)?.form;
  if (form === undefined) return false;
  const sent = isForm(request.header('content-type'));
  if (form === 'only' && !sent)
    throw new RequestError('unsupported_content_type', 'The body must be sent as multipart/form-data.');
  return sent;
}

function peekOf(exchange: LineExchange): Peek {
  const { adapter, body, route } = exchange;
  if (adapter === undefined || body === undefined) return exchange.peek;
  const side = operationOf(adapter, route.operation);
  return (side ?? adapter.server).peek(body.fields(), exchange.inbound);
}
