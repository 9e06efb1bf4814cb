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

export function openAttempt(exchange: LineExchange, planned: PlannedAttempt): OpenAttempt {
  const { events, platform } = exchange.line;
  if (events.listens('attempt-start')) {
    const { provider } = planned.deployment.target;
    events.emit('attempt-start', { ...subjectOf(exchange), provider, deployment: planned.deployment.id, reason: planned.reason });
  }
  return { id: `${exchange.id}.${exchange.attempts.length + 1}`, planned, startedAt: platform.clock.now() };
}

/** Writes the attempt's record. Every attempt that called a provider is closed exactly once. */
export function closeAttempt(exchange: LineExchange, open: OpenAttempt, outcome: Outcome, fault?: Fault): void {
  const { events, platform } = exchange.line;
  const { target } = open.planned.deployment;
  const record: AttemptRecord = {
    attempt: open.id,
    request: exchange.id,
    startedAt: open.startedAt,
    endedAt: platform.clock.now(),
    ...(exchange.firstTokenAt === undefined ? {} : { firstTokenAt: exchange.firstTokenAt }),
    scopes: [],
    caller: exchange.caller?.id ?? '',
    operation: exchange.route.operation,
    modelAsked: exchange.model,
    modelServed: targetName(target),
    provider: target.provider,
    deployment: open.planned.deployment.id,
    outcome,
    ...(fault === undefined ? {} : { faultKind: fault.kind, ...(fault.status === undefined ? {} : { status: fault.status }) }),
    ...(exchange.usage === undefined || outcome === 'fault' ? {} : { usage: countsOf(exchange.usage), ...(exchange.usage.estimated === true ? { estimated: true } : {}) }),
  };
  exchange.attempts.push(record);
  if (fault !== undefined) tellOperator(exchange, target.provider, fault);
  if (events.listens('attempt-end')) events.emit('attempt-end', { ...subjectOf(exchange), record, fault });
}

/** What concerns the operator's account stands in his log, also when another attempt saves the request. */
function tellOperator(exchange: LineExchange, provider: string, fault: Fault): void {
  const { hint } = upstreamError(fault);
  if (hint === undefined) return;
  exchange.line.settings.log.error('the provider refused the configured credentials', { request: exchange.id, model: exchange.model, provider, hint });
}

function countsOf(usage: Usage): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const [name, value] of Object.entries(usage)) if (typeof value === 'number') counts[name] = value;
  return counts;
}
