import type { Fault } from '../chat/fault.ts';
import { outputTotal } from '../chat/usage.ts';
import type { PlannedAttempt } from '../router/plan.ts';
import type { Question } from '../router/question.ts';
import type { Side } from '../router/split.ts';
import type { AttemptRecord } from '../store/store.ts';
import type { LineExchange } from './exchange.ts';

/** How an attempt fared that is of a side of a gray release; and the end of it, where it does worse than what stays. */
export function tellRelease(exchange: LineExchange, side: Side, record: AttemptRecord, fault: Fault | undefined): void {
  const { caller, outcome, startedAt, endedAt, firstTokenAt, usage } = record;
  // Its client left, though not because nothing came.
  if (outcome === 'cancelled' && fault === undefined) return;
  const { arm } = side;
  arm.count(outcome !== 'ok', fault?.kind, caller);
  if (firstTokenAt !== undefined) arm.firstToken.add(firstTokenAt - startedAt);
  const output = usage === undefined ? 0 : outputTotal(usage);
  if (outcome === 'ok' && output > 0) arm.perToken.add((endedAt - startedAt) / output);
  judge(exchange, side);
}

/** A request of a side of a gray release that goes elsewhere, since all rest there, has failed there as much as one that was sent. */
export function tellMissed(exchange: LineExchange, question: Question, plan: readonly PlannedAttempt[]): void {
  const side = exchange.line.router.missed(question, plan);
  if (side === undefined) return;
  side.arm.count(true, undefined, question.caller);
  judge(exchange, side);
}

function judge({ line }: LineExchange, { release, alias, to }: Side): void {
  const why = release.judge();
  if (why === undefined) return;
  line.settings.log.error('a gray release was rolled back', { alias, to, why });
  const { fresh, old } = release;
  line.events.emit('rolled-back', { alias, to, why, errors: fresh.unanswered, before: old.unanswered });
}
