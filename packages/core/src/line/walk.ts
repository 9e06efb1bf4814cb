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
export function walk(exchange: LineExchange): Promise<GatewayReply> {
  return new Promise((resolve) => {
    // A client that leaves, the deadline and a gateway that closes end the request at once, whatever step hangs.
    exchange.onCancel = (reason) => resolve(refuse(exchange, reason));
    void steps(exchange).then(resolve, (error) => resolve(refuse(exchange, error)));
  });
}

async function steps(exchange: LineExchange): Promise<GatewayReply> {
  try {
    start(exchange);
    if (exchange.route.operation === 'health') return await step(exchange, health);
    const identifying = identify(exchange);
    if (identifying !== undefined) await identifying;
    exchange.goOn();
    if (isLookup(exchange)) return await step(exchange, listModels);
    await read(exchange);
    exchange.goOn();
    return deliver(exchange, await answer(exchange));
  } catch (error) {
    return refuse(exchange, error);
  }
}

/** The steps between `read` and `deliver`, the same for requests in process. Throws what the steps throw. */
export async function answer(exchange: LineExchange): Promise<Answer> {
  authorise(exchange);
  const planning = plan(exchange);
  if (planning !== undefined) await planning;
  exchange.goOn();
  startTotal(exchange, exchange.plan[0]?.alias.total);
  await admit(exchange);
  const guarding = guardIn(exchange);
  if (guarding !== undefined) await guarding;
  return guardOut(exchange, await attempt(exchange));
}

const isLookup = ({ route }: LineExchange): boolean => route.operation === 'models' || route.operation === 'model';

/** An operation that needs no provider. */
async function step(
  exchange: LineExchange,
  operation: (exchange: LineExchange) => GatewayReply,
): Promise<GatewayReply> {
  await read(exchange);
  return operation(exchange);
}

/** The first thing of every request: it is told, its client is followed, and its time runs. */
export function start(exchange: LineExchange): void {
  const { events, settings } = exchange.line;
  if (events.listens('request-start')) events.emit('request-start', subjectOf(exchange));
  exchange.followClient();
  startTotal(exchange, settings.timeouts.total);
}

function startTotal(exchange: LineExchange, ms: number | undefined): void {
  if (ms === undefined || ms === exchange.total) return;
  exchange.total = ms;
  exchange.startTotal(ms, () =>
    exchange.cancel(new UpstreamError('upstream_timeout', 'The request took longer than the gateway allows.')),
  );
}
