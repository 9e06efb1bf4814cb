import type { GatewayError } from '../kit/errors.ts';
import { formatUsd } from '../kit/money.ts';
import { type Condition, isUsable } from '../router/condition.ts';
import { conditionOf } from '../router/decision.ts';
import type { Deployment } from '../router/deployment.ts';
import type { PlannedAttempt } from '../router/plan.ts';
import type { Question } from '../router/question.ts';
import type { AttemptRecord } from '../store/store.ts';
import { type LineExchange, takesLong } from './exchange.ts';
import type { Candidate, Explained, Explanation, Made, Planned } from './explanation.ts';
import type { Outcome } from './outcome.ts';
import { totalOf } from './price.ts';

/** What leads to no provider needs no explanation. */
const PLAIN: ReadonlySet<string> = new Set(['explain', 'health', 'models', 'model']);

/** Remembers a request that is over, whose caller is known and may ask: nobody may about a copy. */
export function explainable(
  exchange: LineExchange,
  explained: Explained,
  outcome: Outcome,
  error: GatewayError | undefined,
): void {
  const { caller, dry, isCopy, route } = exchange;
  if (caller === undefined || dry || isCopy || PLAIN.has(route.operation)) return;
  explained.add(caller.id, explanationOf(exchange, outcome, error));
}

/** What the exchange knows of how it was decided, and what came of it. */
export function explanationOf(exchange: LineExchange, outcome?: Outcome, error?: GatewayError): Explanation {
  const { attempts, decision, id, model, plan, route } = exchange;
  const { cost } = totalOf(attempts);
  return {
    id,
    operation: route.operation,
    model: model.slice(0, LONGEST_NAME),
    policy: decision?.policy,
    question: decision?.question,
    candidates: candidatesOf(exchange),
    plan: plan.map((planned) => plannedOf(exchange, planned)),
    attempts: attempts.map(madeOf),
    dropped: exchange.dropped,
    inserted: exchange.inserted,
    outcome,
    error: error?.code,
    cost: cost === undefined ? undefined : formatUsd(BigInt(cost)),
  };
}

const LONGEST_NAME = 200;

function plannedOf({ peek }: LineExchange, { alias, deployment, reason }: PlannedAttempt): Planned {
  const { firstToken, idle } = alias.timers(takesLong(peek));
  return { deployment: deployment.id, model: deployment.name, reason, firstToken, idle, total: alias.total };
}

function madeOf(record: AttemptRecord): Made {
  const { cost, deployment, endedAt, faultKind, firstTokenAt, modelServed, outcome, startedAt, status } = record;
  const usd = cost === undefined ? undefined : formatUsd(BigInt(cost));
  return {
    deployment,
    model: modelServed,
    outcome,
    fault: faultKind,
    status,
    startedAt,
    firstTokenAt,
    endedAt,
    cost: usd,
  };
}

function candidatesOf(exchange: LineExchange): Candidate[] {
  const { candidates, decision } = exchange;
  if (decision === undefined) return [];
  const { conditions, fields, question } = decision;
  return candidates.map((place) => {
    const { id, name, order, weight } = place;
    const condition = conditionOf(fields, conditions[id] ?? []);
    const out = whyOut(exchange, place, condition, question);
    return { deployment: id, model: name, weight, order, condition, score: exchange.scores?.get(id), out };
  });
}

/** Why it is in no plan. Where nothing is known that speaks against it, the others came first. */
function whyOut(
  exchange: LineExchange,
  place: Deployment,
  condition: Condition,
  { now }: Question,
): string | undefined {
  if (exchange.plan.some(({ deployment }) => deployment.id === place.id)) return undefined;
  return exchange.leftOut?.get(place.id) ?? (isUsable(condition, now) ? undefined : restOf(condition, now));
}

function restOf({ fault, probing, restsUntil }: Condition, now: number): string {
  const after = fault === undefined ? '' : ` after ${fault}`;
  return probing ? `is being tried${after}` : `rests for ${restsUntil - now} ms more${after}`;
}
