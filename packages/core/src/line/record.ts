import type { Fault } from '../chat/fault.ts';
import { inputTotal, outputTotal, type Usage } from '../chat/usage.ts';
import { scopesOfCaller } from '../limits/scopes.ts';
import type { Health } from '../router/health.ts';
import type { PlannedAttempt } from '../router/plan.ts';
import type { Amounts, AttemptRecord, Reservation } from '../store/store.ts';
import { promptUsage } from './estimate.ts';
import { type LineExchange, takesLong } from './exchange.ts';
import type { Held, OpenAttempt, Outcome } from './outcome.ts';
import { type Bill, billOf, billWithoutUsage } from './price.ts';
import { settleReservation } from './settle-reservation.ts';
import { subjectOf } from './subject.ts';
import { tellRelease } from './tell-release.ts';
import { upstreamError } from './upstream-error.ts';
import { usedIn } from './used.ts';

/** Begins an attempt: from here on it is closed exactly once, by whoever sees its end first. */
export function openAttempt(exchange: LineExchange, planned: PlannedAttempt): void {
  const { events, platform } = exchange.line;
  if (events.listens('attempt-start')) {
    const { provider } = planned.deployment.target;
    events.emit('attempt-start', {
      ...subjectOf(exchange),
      provider,
      deployment: planned.deployment.id,
      reason: planned.reason,
    });
  }
  const now = platform.clock.now();
  planned.deployment.health.begin(now);
  exchange.open = { id: attemptId(exchange), planned, startedAt: now };
}

/** Writes the record of the attempt under way, if there is one. */
export function closeAttempt(exchange: LineExchange, outcome: Outcome, fault?: Fault): void {
  const { open } = exchange;
  if (open === undefined) return;
  exchange.open = undefined;
  const { events } = exchange.line;
  const record = recordOf(exchange, open, outcome, fault);
  exchange.attempts.push(record);
  const { deployment, side } = open.planned;
  const hung = outcome === 'cancelled' && fault === undefined && hangs(exchange, open, record);
  tellHealth(deployment.health, record, hung ? HUNG : fault);
  if (hung) deployment.health.silent(record.endedAt - record.startedAt, exchange.peek.stream, record.endedAt);
  if (side !== undefined) tellRelease(exchange, side, record, hung ? HUNG : fault);
  const { held } = exchange;
  if (held !== undefined) settleHeld(exchange, held, usedIn([record], held.amounts));
  if (exchange.uncountedHold !== undefined) countHeld(exchange, exchange.uncountedHold, record);
  if (fault !== undefined) tellOperator(exchange, record.provider, fault);
  if (events.listens('attempt-end')) events.emit('attempt-end', { ...subjectOf(exchange), record, fault });
}

/** What a call that was given up without a word counts as. */
const HUNG: Fault = { kind: 'timeout', message: 'It was given up before a word of an answer.' };

/** The share of the time for the first token within which nobody who leaves says anything of the deployment: 10 s of a minute. */
const EARLY = 1 / 6;

/**
 * Has its client left because nothing came? A deployment that hangs would never be known to, if clients always left before its timers. Of chats only: what is
 * passed on through here, and a session, may be open for long.
 */
function hangs({ peek, reading, route }: LineExchange, { planned }: OpenAttempt, record: AttemptRecord): boolean {
  if (route.operation !== 'chat' || reading !== undefined || record.firstTokenAt !== undefined) return false;
  const { alias, deployment } = planned;
  const { firstToken } = alias.timers(takesLong(peek));
  return deployment.health.hangs(record.endedAt - record.startedAt, peek.stream, firstToken * EARLY);
}

/** How the deployment fared with it. */
function tellHealth(
  health: Health,
  { endedAt, firstTokenAt, outcome, startedAt, usage }: AttemptRecord,
  fault: Fault | undefined,
): void {
  const [input, output] = usage === undefined ? [0, 0] : [inputTotal(usage), outputTotal(usage)];
  const streamed = firstTokenAt !== undefined;
  health.end(fault, outcome === 'cancelled', endedAt - startedAt, input, output, endedAt, streamed);
}

/** What an attempt reserved over where it went is settled with what it used. */
function settleHeld(exchange: LineExchange, held: Held, used: Amounts): void {
  exchange.held = undefined;
  void settleReservation(exchange, held.id, used);
}

const NOTHING_USED: Amounts = Object.freeze({});

/** Gives back what was reserved for an attempt that was never made. */
export function releaseHeld(exchange: LineExchange): void {
  if (exchange.held !== undefined) settleHeld(exchange, exchange.held, NOTHING_USED);
}

/** What went somewhere without a reservation, because the store was away. */
function countHeld(exchange: LineExchange, scopes: Reservation['scopes'], record: AttemptRecord): void {
  exchange.uncountedHold = undefined;
  exchange.line.books.count(record.attempt, scopes, usedIn([record]));
}

/** The id of the attempt that is being made: of its record, and of what it reserves. */
export const attemptId = ({ id, number }: LineExchange): string => `${id}.${number}`;

/** What concerns the operator's account stands in his log, also when another attempt saves the request. */
function tellOperator(exchange: LineExchange, provider: string, fault: Fault): void {
  const { hint } = upstreamError(fault);
  if (hint === undefined) return;
  exchange.line.settings.log.error('the provider refused the configured credentials', {
    request: exchange.id,
    model: exchange.model,
    provider,
    hint,
  });
}

function recordOf(
  exchange: LineExchange,
  open: OpenAttempt,
  outcome: Outcome,
  fault: Fault | undefined,
): AttemptRecord {
  const { deployment } = open.planned;
  const record: Draft<AttemptRecord> = {
    attempt: open.id,
    request: exchange.id,
    startedAt: open.startedAt,
    endedAt: exchange.line.platform.clock.now(),
    scopes: scopesOfCaller(exchange.caller, exchange.endUser),
    caller: exchange.caller?.id ?? '',
    operation: exchange.route.operation,
    modelAsked: exchange.model,
    modelServed: deployment.name,
    provider: deployment.target.provider,
    deployment: deployment.id,
    outcome,
  };
  if (exchange.firstTokenAt !== undefined) record.firstTokenAt = exchange.firstTokenAt;
  if (fault !== undefined) {
    record.faultKind = fault.kind;
    if (fault.status !== undefined) record.status = fault.status;
  }
  const usage = usageOf(exchange, outcome, fault);
  const { prices } = exchange.line;
  if (usage === undefined) {
    if (prices !== undefined) note(record, billWithoutUsage(outcome, fault?.status, record.operation));
    return record;
  }
  record.usage = countsOf(usage);
  if (usage.estimated === true) record.estimated = true;
  if (prices !== undefined)
    note(record, exchange.billed ?? billOf(prices, open.planned.deployment, usage, open.startedAt));
  return record;
}

/** What the attempt used. One that failed: what its provider told all the same; and what a stream or a session used before it broke was used. */
function usageOf(exchange: LineExchange, outcome: Outcome, fault: Fault | undefined): Usage | undefined {
  const { cancelled, reading, route, sentBytes, usage } = exchange;
  if (reading !== undefined || route.operation === 'realtime') return usage;
  // It was sent and nobody heard of an answer: the prompt is read, and billed, as soon as it is there.
  if (cancelled !== undefined && route.operation === 'chat' && outcome !== 'ok') return promptUsage(sentBytes);
  if (outcome !== 'fault') return usage;
  const brokeOff = fault?.status === undefined && (fault?.kind === 'timeout' || fault?.kind === 'incomplete');
  return fault?.usage ?? (brokeOff && route.operation === 'chat' ? promptUsage(sentBytes) : undefined);
}

/** The record of the last attempt says other usage than it did. */
export function amend(exchange: LineExchange, usage: Usage): void {
  const record = exchange.attempts.pop();
  if (record === undefined) return;
  const { cost: _, unpriced: __, ...rest } = record;
  const amended: Draft<AttemptRecord> = { ...rest, usage: countsOf(usage) };
  const { line, served } = exchange;
  if (line.prices !== undefined && served !== undefined)
    note(amended, billOf(line.prices, served.deployment, usage, record.startedAt));
  exchange.attempts.push(amended);
}

function note(record: Draft<AttemptRecord>, { cost, unpriced }: Bill): void {
  if (cost !== undefined) record.cost = cost;
  if (unpriced !== undefined) record.unpriced = unpriced;
}

/** Written once, field by field: this runs for every attempt. */
type Draft<Record> = { -readonly [Key in keyof Record]: Record[Key] };

function countsOf(usage: Usage): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const name in usage) {
    const value = usage[name as keyof Usage];
    if (typeof value === 'number') counts[name] = value;
  }
  return counts;
}
