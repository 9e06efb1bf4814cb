import { operationOf } from '../adapters/index.ts';
import { AccessError } from '../kit/errors.ts';
import { chatOf } from './chat-of.ts';
import { remoteMediaIn } from './dials-out.ts';
import type { LineExchange } from './exchange.ts';
import { meet } from './identify.ts';
import { mayUse } from './may-use.ts';
import { authoriseRelay } from './relay/authorise.ts';
import { authoriseOptions } from './request-options.ts';
import { standsFor } from './stands-for.ts';

/** What a caller reads who may not have media fetched. */
export const REMOTE_MEDIA = 'Media by URL, and tools that read pages by URL, are not enabled on this gateway.';

/** authorise: may this caller use this model and these features? Throws AccessError `forbidden`. */
export function authorise(exchange: LineExchange): void | Promise<void> {
  const meeting = meet(exchange);
  return meeting === undefined ? judge(exchange) : meeting.then(() => judge(exchange));
}

function judge(exchange: LineExchange): void | Promise<void> {
  const naming = standsFor(exchange);
  return naming === undefined ? allow(exchange) : naming.then(() => allow(exchange));
}

function allow(exchange: LineExchange): void {
  const { caller, peek, line, route } = exchange;
  if (route.relay !== undefined) {
    authoriseRelay(exchange, route.relay);
    return;
  }
  if (!mayUse(caller, peek.model)) {
    throw new AccessError('forbidden', `This caller may not use the model '${peek.model.slice(0, 200)}'.`, {
      param: 'model',
    });
  }
  authoriseOptions(exchange);
  if (peek.remoteTools === true && !line.settings.features.remoteTools) {
    throw new AccessError('forbidden', 'Remote tool servers are not enabled on this gateway.', { param: 'tools' });
  }
  // The events of a session are looked at as they come.
  const open = line.settings.features.remoteMedia || exchange.route.operation === 'realtime';
  const remote = open ? undefined : remoteMediaOf(exchange);
  if (remote !== undefined) {
    throw new AccessError('forbidden', REMOTE_MEDIA, { param: remote });
  }
}

function remoteMediaOf(exchange: LineExchange): string | undefined {
  const { adapter, route, body } = exchange;
  const side = adapter && operationOf(adapter, route.operation);
  if (side === undefined) return remoteMediaIn(chatOf(exchange));
  return body !== undefined && side.fetches?.(body.fields()) === true ? 'input' : undefined;
}
