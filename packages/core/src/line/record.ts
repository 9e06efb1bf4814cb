import type { Fault } from '../chat/fault.ts';
import type { Usage } from '../chat/usage.ts';
import type { PlannedAttempt } from '../router/plan.ts';
import { targetName } from '../router/router.ts';
import type { AttemptRecord } from '../store/store.ts';
import type { EventSubject } from './events.ts';
import type { LineExchange } from './exchange.ts';
import type { OpenAttempt, Outcome } from './outcome.ts';
import { upstreamError } from './upstream-error.ts';

/** Who and what an event is about. */
export function subjectOf(exchange: LineExchange): EventSubject {
  return { id: exchange.id, operation: exchange.route.operation, model: exchange.model, caller: exchange.caller?.id };
}

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
  exchange.open = { id: `${exchange.id}.${exchange.attempts.length + 1}`, planned, startedAt: platform.clock.now() };
}

/** Writes the record of the attempt under way, if there is one. */
export function closeAttempt(exchange: LineExchange, outcome: Outcome, fault?: Fault): void {
  const { open } = exchange;
  if (open === undefined) return;
  exchange.open = undefined;
  const { events } = exchange.line;
  const record = recordOf(exchange, open, outcome, fault);
  exchange.attempts.push(record);
  if (fault !== undefined) tellOperator(exchange, record.provider, fault);
  if (events.listens('attempt-end')) events.emit('attempt-end', { ...subjectOf(exchange), record, fault });
}

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
  const { target } = open.planned.deployment;
  return {
    attempt: open.id,
    request: exchange.id,
    startedAt: open.startedAt,
    endedAt: exchange.line.platform.clock.now(),
    ...(exchange.firstTokenAt === undefined ? {} : { firstTokenAt: exchange.firstTokenAt }),
    scopes: [],
    caller: exchange.caller?.id ?? '',
    operation: exchange.route.operation,
    modelAsked: exchange.model,
    modelServed: targetName(target),
    provider: target.provider,
    deployment: open.planned.deployment.id,
    outcome,
    ...(fault === undefined
      ? {}
      : { faultKind: fault.kind, ...(fault.status === undefined ? {} : { status: fault.status }) }),
    ...(exchange.usage === undefined || (outcome === 'fault' && exchange.reading === undefined)
      ? {}
      : { usage: countsOf(exchange.usage), ...(exchange.usage.estimated === true ? { estimated: true } : {}) }),
  };
}

function countsOf(usage: Usage): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const [name, value] of Object.entries(usage)) if (typeof value === 'number') counts[name] = value;
  return counts;
}
