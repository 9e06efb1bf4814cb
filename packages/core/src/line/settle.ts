import type { Fault } from '../chat/fault.ts';
import { addUsage, type Usage } from '../chat/usage.ts';
import { asGatewayError, type GatewayError } from '../kit/errors.ts';
import type { Answered } from './answered.ts';
import type { LineExchange } from './exchange.ts';
import { explainable } from './explain.ts';
import { endKey } from './idempotency.ts';
import type { Outcome } from './outcome.ts';
import { totalOf } from './price.ts';
import { closeAttempt, releaseHeld } from './record.ts';
import { settleReservation } from './settle-reservation.ts';
import { streamUsage, tellWithheld } from './stream-usage.ts';
import { subjectOf } from './subject.ts';
import { recount } from './tokens/recount.ts';
import { upstreamError } from './upstream-error.ts';
import { usedIn } from './used.ts';

/**
 * settle: appends the attempts to the ledger, gives back the reservation and says `request-end`. Runs once, for the first of:
 * body finished, body failed, `reply.cancel()`, deadline. `attempt`: how the attempt under way ended, where that is not the same. Where a tokenizer counts what was estimated, that comes first. Never throws; `drain` and `close` wait for what it started.
 */
export function settle(
  exchange: LineExchange,
  outcome: Outcome,
  status: number,
  error?: GatewayError,
  attempt: Outcome = outcome,
): void {
  if (!exchange.claimSettlement()) return;
  exchange.release();
  if (exchange.reading !== undefined) noteStream(exchange, exchange.reading);
  closeAttempt(exchange, attempt, exchange.openFault);
  // Of an attempt that was reserved for and never made.
  releaseHeld(exchange);
  const { line } = exchange;
  line.open.remove(exchange);
  const duration = line.platform.clock.now() - exchange.startedAt;
  const recounting = recount(exchange);
  if (recounting === undefined) {
    tell(exchange, outcome, status, error, duration);
    return;
  }
  line.pending.begin();
  void recounting.then(() => tell(exchange, outcome, status, error, duration)).finally(() => line.pending.end());
}

/** Once it is known what was used: the store is told, and whoever listens. */
function tell(
  exchange: LineExchange,
  outcome: Outcome,
  status: number,
  error: GatewayError | undefined,
  duration: number,
): void {
  const { line } = exchange;
  const left = exchange.draining ? asGatewayError(exchange.cancelled) : undefined;
  tellStore(exchange, outcome);
  if (line.explained !== undefined) explainable(exchange, line.explained, outcome, left ?? error);
  if (outcome === 'ok' && line.answered !== undefined && !exchange.isCopy) noteAnswered(exchange, line.answered);
  if (exchange.copy !== undefined && outcome === 'ok') line.shadow(exchange, exchange.copy);
  if (!line.events.listens('request-end')) return;
  line.events.emit('request-end', {
    ...subjectOf(exchange),
    outcome: left === undefined ? outcome : 'cancelled',
    status: left === undefined || exchange.replied ? status : left.status,
    error: left ?? error,
    usage: usageOf(exchange),
    ...(line.prices === undefined ? NO_COST : costsOf(exchange)),
    attempts: exchange.attempts,
    dropped: exchange.dropped,
    inserted: exchange.inserted,
    duration,
  });
}

/** Of all that the answer is made of. */
const usageOf = ({ spent, usage }: LineExchange): Usage | undefined =>
  spent === undefined || usage === undefined ? (usage ?? spent) : addUsage(spent, usage);

function noteAnswered({ id, caller, model, policy, served }: LineExchange, answered: Answered): void {
  if (served === undefined || caller === undefined) return;
  const { alias, deployment } = served;
  const task = policy && { task: policy.view.task };
  answered.note(id, { caller: caller.id, model, alias: alias.name, deployment: deployment.id, ...task });
}

const NO_COST = Object.freeze({ cost: undefined, unpriced: false });

function costsOf({ attempts }: LineExchange): { cost: string | undefined; unpriced: boolean } {
  const { cost, unpriced } = totalOf(attempts);
  return { cost, unpriced };
}

function noteStream(exchange: LineExchange, reading: NonNullable<LineExchange['reading']>): void {
  exchange.usage = streamUsage(exchange, reading);
  tellWithheld(exchange, reading);
}

/**
 * Tells the store: the ledger first, so that a process which dies in between leaves a reservation of a request that is in the ledger, and never a request
 * that is nowhere.
 */
function tellStore(exchange: LineExchange, outcome: Outcome): void {
  const { attempts, keyed } = exchange;
  const appending = attempts.length > 0 ? exchange.line.books.append(attempts) : undefined;
  if (appending === undefined && keyed === undefined) void tellLimits(exchange);
  else if (exchange.reserved || exchange.uncounted !== undefined || keyed !== undefined)
    void tellInOrder(exchange, outcome, appending);
}

async function tellInOrder(exchange: LineExchange, outcome: Outcome, appending?: Promise<void>): Promise<void> {
  const { keyed } = exchange;
  const { pending } = exchange.line;
  pending.begin();
  await appending;
  await tellLimits(exchange);
  if (keyed !== undefined) await endKey(exchange, keyed, outcome);
  pending.end();
}

function tellLimits(exchange: LineExchange): void | Promise<void> {
  if (exchange.reserved) return giveBack(exchange);
  const { attempts, id, line, uncounted } = exchange;
  if (uncounted !== undefined) line.books.count(id, uncounted, usedIn(attempts));
}

/** Gives back what `admit` reserved, and counts what all attempts used, answered or not. Never rejects. */
export function giveBack(exchange: LineExchange): Promise<void> {
  return settleReservation(exchange, exchange.id, usedIn(exchange.attempts, exchange.hold?.amounts));
}

/** Settles a stream that ended by itself. Behind an error a provider may leave its connection open: it is closed here. */
export function settleStream(exchange: LineExchange, fault: Fault | undefined, status = 200): void {
  exchange.openFault = fault;
  if (fault === undefined) {
    settle(exchange, exchange.cut === undefined ? 'ok' : 'cancelled', status, exchange.cut);
    return;
  }
  const error = upstreamError(fault);
  settle(exchange, 'fault', status, error);
  exchange.abort?.abort(error);
}

/**
 * Settles what was ended early, by the reason for it: a client that left, the deadline, a hook that refused, a gateway that closes. What is read on
 * though its client has left is settled when that ends.
 */
export function settleCancelled(exchange: LineExchange, error: GatewayError): void {
  if (exchange.draining) return;
  const late = error.code === 'upstream_timeout';
  // The time is up because the client reads slowly: that is no fault of the provider.
  const byClient = late && exchange.watch?.waitsForClient === true;
  if (late && !byClient) exchange.openFault ??= { kind: 'timeout', message: error.message };
  const outcome = error.kind === 'gone' ? 'cancelled' : 'fault';
  settle(exchange, outcome, exchange.replied ? 200 : error.status, error, byClient ? 'cancelled' : outcome);
}
