import { UpstreamError } from '../kit/errors.ts';
import type { GatewayReply } from '../transport/gateway-request.ts';
import { admit } from './admit.ts';
import type { Answer } from './answer.ts';
import { attempt } from './attempt.ts';
import { authorise } from './authorise.ts';
import { deliver } from './deliver.ts';
import type { LineExchange } from './exchange.ts';
import { guardIn } from './guard-in.ts';
import { guardOut } from './guard-out.ts';
import { identify } from './identify.ts';
import { health, listModels } from './models.ts';
import { plan } from './plan.ts';
import { read } from './read.ts';
import { subjectOf } from './record.ts';
import { refuse } from './refuse.ts';

/**
 * The line, from `identify` on: match → identify → read → authorise → plan → admit → guard in →
 * attempt { render → dispatch → reply | stream } → guard out → deliver → settle.
 * Gives the answer in the client's format; every error exit leads to `refuse`.
 */
export async function walk(exchange: LineExchange): Promise<GatewayReply> {
  try {
    if (exchange.route.operation === 'health') return await step(exchange, health);
    await identify(exchange);
    if (exchange.route.method === 'GET') return await step(exchange, listModels);
    await read(exchange);
    return deliver(exchange, await answer(exchange));
  } catch (error) {
    return refuse(exchange, error);
  }
}

/** The steps between `read` and `deliver`, the same for requests in process. Throws what the steps throw. */
export async function answer(exchange: LineExchange): Promise<Answer> {
  start(exchange);
  exchange.followClient();
  authorise(exchange);
  await plan(exchange);
  startTotal(exchange);
  await admit(exchange);
  await guardIn(exchange);
  return guardOut(exchange, await attempt(exchange));
}

/** An operation that needs no provider. */
async function step(exchange: LineExchange, operation: (exchange: LineExchange) => GatewayReply): Promise<GatewayReply> {
  await read(exchange);
  return operation(exchange);
}

function start(exchange: LineExchange): void {
  const { events } = exchange.line;
  if (events.listens('request-start')) events.emit('request-start', subjectOf(exchange));
}

function startTotal(exchange: LineExchange): void {
  const total = exchange.plan[0]?.alias.total ?? exchange.line.settings.timeouts.total;
  exchange.startTotal(total, () => exchange.cancel(new UpstreamError('upstream_timeout', 'The request took longer than the gateway allows.')));
}
