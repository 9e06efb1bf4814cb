import type { Target } from '../adapters/adapter.ts';
import { clientOf, operationSide } from '../adapters/index.ts';
import { RequestError } from '../kit/errors.ts';
import type { Answer } from './answer.ts';
import type { LineExchange } from './exchange.ts';
import { relayWork } from './relay/work.ts';
import { sessionWork } from './session/work.ts';
import { countWork } from './work/count.ts';
import { operationWork } from './work/operation.ts';
import { PassWork } from './work/pass.ts';
import { translateWork } from './work/translate.ts';
import type { Work } from './work/work.ts';

/** Can the client's bytes go to this target as they are? Not when a step needs to look into the content, or the target something changed in it. */
function passes(exchange: LineExchange, target: Target): boolean {
  const format = exchange.adapter?.format;
  return (
    format === target.row.format &&
    exchange.body !== undefined &&
    exchange.chat === undefined &&
    exchange.peek.framing !== 'json-array' &&
    !exchange.line.settings.inspects &&
    !exchange.body.fields().has('providerOptions') &&
    (clientOf(target).passes?.(exchange.body, target) ?? true)
  );
}

/** render: what to call at this target, and how its answer is read; or the answer itself when nothing has to be called. Throws RequestError when the target can't serve the request. */
export function render(exchange: LineExchange, target: Target): Work | Promise<Work | Answer> {
  const { operation, relay } = exchange.route;
  if (relay !== undefined) return relayWork(exchange, relay, target);
  if (operation === 'chat' && target.row.serves.includes('chat'))
    return passes(exchange, target) ? new PassWork(exchange, target) : translateWork(exchange, target);
  if (operation === 'count-tokens' && target.row.serves.includes('chat')) return countWork(exchange, target);
  if (operation === 'realtime' && target.row.serves.includes('realtime')) return sessionWork(exchange, target);
  const side = operationSide(target.row, operation);
  if (side !== undefined) return operationWork(exchange, target, side);
  throw new RequestError(
    'operation_unsupported',
    `The provider of '${exchange.model}' does not serve ${operation} here; it serves ${target.row.serves.join(', ')}.`,
  );
}
