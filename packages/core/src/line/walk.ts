import { RequestError, UpstreamError } from '../kit/errors.ts';
import type { GatewayReply } from '../transport/gateway-request.ts';
import { admit } from './admit.ts';
import type { Delivered } from './answer.ts';
import { authorise } from './authorise.ts';
import { bindReply } from './bind-reply.ts';
import { claim } from './claim.ts';
import { attemptOn } from './continue/attempt-on.ts';
import { deliver } from './deliver.ts';
import { drains } from './drains.ts';
import { answerDry, isDry } from './dry-run.ts';
import type { LineExchange } from './exchange.ts';
import { explain } from './explain-reply.ts';
import { takeFeedback } from './feedback.ts';
import { guardIn } from './guard-in.ts';
import { guardOut } from './guard-out.ts';
import { keepAnswer, once } from './idempotency.ts';
import { identify } from './identify.ts';
import { health, listModels } from './models.ts';
import { plan } from './plan.ts';
import { read } from './read.ts';
import { refuse } from './refuse.ts';
import { attemptList, listsOwn } from './relay/list.ts';
import { settle } from './settle.ts';
import { subjectOf } from './subject.ts';

/**
 * The line, from `identify` on: match → identify → read → once → authorise → claim → plan → admit → guard in →
 * attempt { render → dispatch → reply | stream } → guard out → deliver → settle.
 * Gives the answer in the client's format; every error exit leads to `refuse`.
 */
export function walk(exchange: LineExchange): Promise<GatewayReply> {
  return new Promise((resolve) => {
    // A client that leaves, the deadline and a gateway that closes end the request at once, whatever step hangs.
    exchange.onCancel = (reason) => resolve(refuse(exchange, reason));
    exchange.drains = drains;
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
    if (exchange.route.operation === 'realtime') throw notByRequest(exchange);
    if (exchange.route.operation === 'feedback') return await takeFeedback(exchange);
    if (isLookup(exchange)) return await step(exchange, listModels);
    if (exchange.route.operation === 'explain') return await step(exchange, explain);
    await read(exchange);
    exchange.goOn();
    if (isDry(exchange)) return await answerDry(exchange);
    const repeating = once(exchange);
    const repeated = repeating === undefined ? undefined : await repeating;
    if (repeated !== undefined) {
      settle(exchange, 'ok', repeated.status);
      return repeated;
    }
    exchange.goOn();
    const reply = deliver(exchange, await answer(exchange));
    // Awaited here, so that what it throws is refused.
    const bound = exchange.keeps === undefined ? reply : await bindReply(exchange, exchange.keeps, await reply);
    return exchange.keyed === undefined ? bound : await keepAnswer(exchange, exchange.keyed, await bound);
  } catch (error) {
    exchange.draining = false;
    return refuse(exchange, error);
  }
}

/** The steps between `read` and `deliver`, the same for requests in process. Throws what the steps throw. */
export async function answer(exchange: LineExchange): Promise<Delivered> {
  const authorising = authorise(exchange);
  if (authorising !== undefined) {
    await authorising;
    exchange.goOn();
  }
  const claiming = claim(exchange);
  if (claiming !== undefined) {
    await claiming;
    exchange.goOn();
  }
  const planning = plan(exchange);
  if (planning !== undefined) await planning;
  exchange.goOn();
  startTotal(exchange, exchange.plan[0]?.alias.total);
  const admitting = admit(exchange);
  if (admitting !== undefined) await admitting;
  const guarding = guardIn(exchange);
  if (guarding !== undefined) await guarding;
  return guardOut(exchange, await (listsOwn(exchange) ? attemptList(exchange) : attemptOn(exchange)));
}

/**
 * What belongs to sessions and comes as a plain request. A key for a session (`client_secrets`, `sessions`) would open one at the provider itself,
 * past every limit of the gateway, so none is given out: browsers connect here with a key of the gateway's.
 */
function notByRequest({ request, route }: LineExchange): RequestError {
  if (route.method === 'GET')
    return new RequestError('operation_unsupported', 'A session is opened as a WebSocket.', {
      status: 426,
      headers: { upgrade: 'websocket', connection: 'upgrade' },
    });
  return new RequestError(
    'operation_unsupported',
    `${request.path} is not served here: its keys would open sessions past this gateway. Open the WebSocket /v1/realtime instead.`,
  );
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
